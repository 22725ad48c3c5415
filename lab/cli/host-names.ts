import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { HOST_NAME_WORDS, isHostName, type LabOptions } from './options.mjs';

/**
 * What the hosts are called: as asked for, else as in the data file of the example that they are for.
 *
 * @throws Error when that file names no hosts, or some that cannot be made
 */
export function hostNames({ names, write }: Pick<LabOptions, 'names' | 'write'>): readonly string[] {
  if (names !== undefined) return names;
  const file = path.resolve(write ?? '.', 'hosts.json');
  if (!existsSync(file))
    throw new Error(`--write: ${file} is missing: copy an example there, or give --hosts and --name`);
  const found = Object.keys(JSON.parse(readFileSync(file, 'utf8')) as object);
  const wrong = found.find((name) => !isHostName(name));
  if (wrong !== undefined) throw new Error(`${file}: got the host ${wrong}, expected ${HOST_NAME_WORDS}`);
  if (found.length === 0) throw new Error(`${file}: got no host, expected at least one: give --hosts and --name`);
  return found;
}
