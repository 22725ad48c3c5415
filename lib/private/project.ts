import { existsSync } from 'node:fs';
import path from 'node:path';

/** The directory of cdktf.json at or above the working directory; the working directory when there is none. */
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
