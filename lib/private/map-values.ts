/** An object with the same names and changed values. */
export function mapValues<From, To>(
  object: { readonly [name: string]: From },
  change: (value: From) => To,
): { [name: string]: To } {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}
