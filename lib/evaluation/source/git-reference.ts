/** The attributes of a flake reference, as Nix prints them. */
export interface ReferenceAttributes {
  readonly [name: string]: string | number | boolean;
}

/** They are not part of what to fetch. */
const ABOUT_THE_RESULT = ['type', 'url', 'narHash', 'lastModified', 'revCount', 'dirtyRev', 'dirtyShortRev'];

/**
 * The reference of a git tree, with every attribute: the URL that Nix prints has lost some (2.8: submodules).
 *
 * @param attributes those of `nix flake metadata`
 */
export function gitReference(attributes: ReferenceAttributes): string {
  const [location, query] = String(attributes.url).split('?', 2);
  const all = new URLSearchParams(query);
  for (const [name, value] of Object.entries(attributes)) {
    if (ABOUT_THE_RESULT.includes(name) || name.startsWith('_')) continue;
    all.set(name, typeof value === 'boolean' ? String(Number(value)) : String(value));
  }
  // Nix takes a plus as it is.
  const parameters = all.toString().replaceAll('+', '%20');
  return `git+${location}${parameters === '' ? '' : `?${parameters}`}`;
}
