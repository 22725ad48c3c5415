import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { expandHome } from '../../private/paths';
import { displayFile } from '../../validation/display';
import { MAX_BYTES, SIZE, Unreadable } from './unreadable';

/** A user's path, absolute. A relative one is seen from the folder that Terraform runs in. */
export function absolutePath(file: string): string {
  return path.resolve(expandHome(file));
}

/** A file, byte for byte. Who else may read it is the user's own decision. @throws Unreadable */
export async function readFile(file: string): Promise<Buffer> {
  const place = absolutePath(file);
  const shown = displayFile(file) + (place === file ? '' : ` (${displayFile(place)})`);
  const refuse = (flaw: string, fix: string): never => {
    throw new Unreadable({ given: `file ${shown}, which ${flaw}`, expected: `a file of ${SIZE}`, fix });
  };
  try {
    return await readRegular(place, refuse);
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    const { code = String(error) } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return refuse('does not exist', 'put it there before the apply, or correct the path of SecretSource.file');
    }
    return refuse(`cannot be read (${code})`, 'let the user who applies read it');
  }
}

async function readRegular(place: string, refuse: (flaw: string, fix: string) => never): Promise<Buffer> {
  // A FIFO would not be opened before somebody writes to it.
  const file = await open(place, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const status = await file.stat();
    if (status.isDirectory()) refuse('is a directory', 'give the path of a file in it');
    if (!status.isFile()) refuse('is not a regular file', 'give a file, or print the secret by SecretSource.command');
    if (status.size > MAX_BYTES) refuse(`has ${status.size} bytes`, 'is it the right file? give a smaller one');
    const content = await file.readFile();
    if (content.length === 0) refuse('is empty', 'was it written completely? write the secret into it');
    return content;
  } finally {
    await file.close();
  }
}
