import path from 'node:path';

/** The path of a file or folder relative to a folder that holds it (`.` for the folder itself); nothing outside it. */
export function inside(folder: string, file: string): string | undefined {
  const relative = path.relative(folder, file);
  // Not every name that begins with two dots leads out: `..x` is a name like any other.
  const outside = relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
  return outside ? undefined : relative || '.';
}
