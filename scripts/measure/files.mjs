import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Generated: not what we wrote. */
const BINDINGS = /^hcloud\/bindings\//;

/**
 * The files below a folder, relative to it, without the bindings of clouds.
 *
 * @param {string} folder
 * @param {string} extension
 */
export function filesBelow(folder, extension) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith(extension) && !BINDINGS.test(file)).sort();
}

/**
 * The folder of the built client, wherever this version has it.
 *
 * @param {string} checkout
 */
export function clientFolder(checkout) {
  const folders = ['client', 'deploy'].map((name) => path.join(checkout, 'dist', name));
  const found = folders.find((folder) => existsSync(path.join(folder, 'client.cjs')));
  if (found === undefined) throw new Error(`${checkout}/dist has no client.cjs: npm run build`);
  return found;
}
