import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import path from 'node:path';

const PART_BYTES = 1024 * 1024;

/** A file, a link or a directory of a tree. */
interface TreeEntry {
  readonly path: string;
  readonly name: string;
}

/** All that is in a tree, itself included. */
export function* filesBelow(root: string): Generator<TreeEntry> {
  yield { path: root, name: path.basename(root) };
  if (!lstatSync(root).isDirectory()) return;
  for (const name of readdirSync(root)) yield* filesBelow(path.join(root, name));
}

/**
 * The bytes of a file in parts, each of which begins with the end of the one before it; of a link, its target; of a
 * directory, none. A part is valid until the next one is asked for.
 */
export function* partsOf(file: string, overlap: number): Generator<Buffer> {
  const status = lstatSync(file);
  if (status.isSymbolicLink()) yield readlinkSync(file, 'buffer');
  if (!status.isFile() || status.size === 0) return;
  const buffer = Buffer.alloc(Math.min(status.size, Math.max(PART_BYTES, 2 * overlap)));
  const descriptor = openSync(file, 'r');
  try {
    for (let kept = 0; ;) {
      const count = readSync(descriptor, buffer, kept, buffer.length - kept, null);
      if (count === 0) return;
      const end = kept + count;
      yield buffer.subarray(0, end);
      kept = Math.min(overlap, end);
      // The file ends with the buffer.
      if (kept === buffer.length) return;
      buffer.copyWithin(0, end - kept, end);
    }
  } finally {
    closeSync(descriptor);
  }
}
