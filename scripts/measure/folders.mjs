import path from 'node:path';
import { filesBelow } from './files.mjs';

/** More folders than these are small. */
const SHOWN = 2;

/**
 * TypeScript files in the folders of lib/.
 *
 * @param {string} checkout
 */
export function measureFolders(checkout) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const file of filesBelow(path.join(checkout, 'lib'), '.ts')) {
    const folder = path.dirname(file) === '.' ? 'lib itself' : path.dirname(file);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const fullest = [...counts].sort(([, a], [, b]) => b - a).slice(0, SHOWN);
  return {
    'lib: folders with files': String(counts.size),
    'lib: fullest folders': fullest.map(([folder, count]) => `${folder} ${count}`).join(', '),
  };
}
