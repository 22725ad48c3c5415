import { renameSync } from 'node:fs';

/**
 * Replaces a file as a whole: no reader ever sees half of it.
 *
 * @param write writes the new content to the file that it is given
 */
export function replaceFile(file: string, write: (temporary: string) => void): void {
  const temporary = `${file}.${process.pid}`;
  write(temporary);
  renameSync(temporary, file);
}
