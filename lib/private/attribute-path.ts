/** A name that Nix reads without quotes. */
const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_'-]*$/;

/** The names of a path as Nix reads it (`a."b.c"`), undefined for text that is not such a path. */
export function parseAttributePath(path: string): string[] | undefined {
  const names: string[] = [];
  const name = /(?:"((?:[^"\\]|\\.)*)"|([^".\s]+))(\.|$)/y;
  while (name.lastIndex < path.length) {
    const match = name.exec(path);
    if (!match) return undefined;
    names.push(match[1]?.replace(/\\(.)/g, '$1') ?? match[2]);
    if (match[3] === '') return names;
  }
  // It ends after a dot, or is empty.
  return undefined;
}

/** Names as Nix prints a path of them. */
export function showAttributePath(names: readonly string[]): string {
  return names.map((name) => (PLAIN_NAME.test(name) ? name : JSON.stringify(name))).join('.');
}
