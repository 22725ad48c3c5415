import { readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from './bundle.mjs';

/** The entries of the library, by the names of their files; package.json exports them. */
export const LIBRARY_ENTRIES = {
  index: 'lib/index.ts',
  'hcloud/index': 'lib/hcloud/index.ts',
  ...bindingsOf('hcloud'),
};

/**
 * The bindings of a cloud: an entry for each class, so that a program loads the ones that it uses.
 *
 * @param {string} cloud
 * @returns {Record<string, string>}
 */
function bindingsOf(cloud) {
  const folder = `lib/${cloud}/bindings`;
  const names = readdirSync(path.join(root, folder));
  return Object.fromEntries(names.map((name) => [`${cloud}/bindings/${name}/index`, `${folder}/${name}/index.ts`]));
}
