import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { supervisorText } from '../../scripts/build/supervisor.mjs';

const root = path.join(__dirname, '..', '..');
const module = ['open-secrets.sh', 'give-secrets.sh']
  .map((name) => readFileSync(path.join(root, 'nix', 'modules', name), 'utf8'))
  .join('');

/** What a script says at each place, where both name files and numbers in their own way. */
function sayings(text: string, pattern: RegExp): string[] {
  const found = [...text.matchAll(pattern)].map((match) => match.slice(1).join(' '));
  return found.map((said) => said.replaceAll(/"?\$\{?[a-z_]+\}?"?|"\$[0-9]"/g, '?'));
}

// The module runs at boot, before anything of the supervisor can.
it.each([
  ['mount ramfs', /mount -t ramfs -o (\S+) ramfs/g, ['mode=751,nosuid,nodev,noexec']],
  ['open a sealed secret', /(\d+) systemd-creds decrypt ((?:--\S+ )+)/g, ['60 --newline=no --name=? ']],
  ['read the list of secrets', /while read -r (_ name owner group mode _); do/g, ['_ name owner group mode _']],
  ['give a secret away', /(chown -- \S+) \S+ && (chmod \S+)/g, ['chown -- ?:? chmod ?']],
])('the supervisor and the module %s in the same way', (_, pattern, expected) => {
  expect([...new Set(sayings(module, pattern))]).toEqual(expected);
  expect([...new Set(sayings(supervisorText(), pattern))]).toEqual(expect.arrayContaining(expected));
});
