/** JSON with sorted keys: the same bytes for the same data. */
export function stableJson(value: unknown): string {
  return `${JSON.stringify(sorted(value), undefined, 2)}\n`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  // fromEntries defines own members, also one that is called __proto__.
  return Object.fromEntries(entries.map(([name, member]) => [name, sorted(member)]));
}
