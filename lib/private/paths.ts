import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** The path of a file relative to a folder that holds it (`.` for the folder itself); undefined for a file outside. */
export function inside(folder: string, file: string): string | undefined {
  const relative = path.relative(folder, file);
  // Not every name that begins with two dots leads out: `..x` is a name like any other.
  const outside = relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
  return outside ? undefined : relative || '.';
}

/** The directory of cdktf.json at or above the working directory; else the working directory. */
export function projectDirectory(): string {
  const start = process.cwd();
  for (let directory = start; ; directory = path.dirname(directory)) {
    if (existsSync(path.join(directory, 'cdktf.json'))) return directory;
    if (directory === path.dirname(directory)) return start;
  }
}

/** A user's path, relative to the project as cdktf's assets are. */
export function projectPath(file: string): string {
  return path.resolve(projectDirectory(), file);
}

/** A path for the user who runs this: `~/` is their home. */
export function expandHome(file: string): string {
  return file.startsWith('~/') ? path.join(homedir(), file.slice(2)) : file;
}

/** Like {@link projectPath}, for a path that may start with `~/`. */
export function userPath(file: string): string {
  return projectPath(expandHome(file));
}
