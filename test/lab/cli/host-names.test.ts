import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hostNames } from '../../../lab/cli/host-names';
import { root } from '../../../scripts/setup/environment.mjs';

let copy: string;
beforeEach(() => (copy = mkdtempSync(path.join(tmpdir(), 'copy-'))));
afterEach(() => rmSync(copy, { recursive: true }));

it.each([
  ['existing-host', ['web1', 'web2', 'web3']],
  ['secrets', ['web']],
  ['circular', ['web']],
])('the hosts for a copy of examples/%s have its names', (example, names) => {
  expect(hostNames({ write: path.join(root, 'examples', example) })).toEqual(names);
});

it('hosts have the names that are asked for', () => {
  expect(hostNames({ names: ['a1'], write: path.join(root, 'examples/secrets') })).toEqual(['a1']);
});

it.each([
  ['{}', 'got no host, expected at least one: give --hosts and --name'],
  ['{ "Web": {} }', 'got the host Web, expected a lower-case letter, then letters, digits or "-"'],
])('the lab refuses a copy whose hosts.json is %s', (text, message) => {
  writeFileSync(path.join(copy, 'hosts.json'), text);
  expect(() => hostNames({ write: copy })).toThrow(`${path.join(copy, 'hosts.json')}: ${message}`);
});

it('the lab refuses a folder that is no copy of an example', () => {
  const missing = path.join(copy, 'hosts.json');
  expect(() => hostNames({ write: copy })).toThrow(
    `--write: ${missing} is missing: copy an example there, or give --hosts and --name`,
  );
});
