import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Whether a module is the program that was started, and not one that another imports.
 *
 * @param {string} moduleUrl
 */
export function isMain(moduleUrl) {
  return realpathSync(process.argv[1]) === realpathSync(fileURLToPath(moduleUrl));
}
