/** Distinct names in one line; of many, the first and a count. */
export function listed(names: readonly string[], most = 20): string {
  const distinct = [...new Set(names)];
  const more = distinct.length - most;
  return distinct.slice(0, most).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
