import { expect, it } from 'vitest';
import { NIX_OUTPUT } from '../../../lib/private/nix-output';
import { missingFiles, nixMessage, ranOutOfMemory, warnings } from '../../../lib/evaluation/nix/output';

it("the message of an error is Nix's sentence without the trace before it, as Nix 2.26 prints it", () => {
  const stderr = [
    'warning: Git tree is dirty',
    'error:',
    '       … while calling the head builtin',
    '         at /nix/store/x/lib.nix:1:2:',
    '            1| head values',
    '             | ^',
    '',
    '       (stack trace truncated; use --show-trace to show the full, detailed trace)',
    '',
    '       error: The option `a` does not exist. Definition values:',
    '       - In `stack/web modules[0]`: 1',
    '       at /nix/store/x/lib.nix:3:4:',
    '            3| x',
  ].join('\n');
  expect(nixMessage(stderr)).toBe('The option `a` does not exist. Definition values:\n- In `stack/web modules[0]`: 1');
});

it("the message of an error is Nix's sentence without the trace after it, as Nix 2.8 prints it", () => {
  const stderr = [
    "error: attribute 'nope' missing",
    '',
    '       at /nix/store/x/a.nix:1:2:',
    '',
    '            1| x.nope',
    '             |   ^',
    '',
    '       … while evaluating the attribute toplevel',
    "(use '--show-trace' to show detailed location information)",
  ].join('\n');
  expect(nixMessage(stderr)).toBe("attribute 'nope' missing");
});

it('the message of an output without an error is its last lines', () => {
  expect(nixMessage('Killed\n')).toBe('Killed');
  expect(nixMessage('')).toBe('');
});

it("warnings are the user's own, each once, without colours and without what Nix prints", () => {
  const stderr = [
    "warning: not writing modified lock file of flake 'path:.':",
    "• Added input 'source':",
    'trace: \u001b[1;31mwarning: option x is deprecated',
    'use y\u001b[0m',
    'evaluation warning: a newer form',
    'trace: x',
    'evaluation warning: a newer form',
    'trace: { a = 1; }',
    'error: no warning',
  ].join('\n');
  expect(warnings(stderr)).toEqual([
    'warning: option x is deprecated\nuse y',
    'evaluation warning: a newer form',
    'trace: x',
    'trace: { a = 1; }',
  ]);
});

const STORED = '/nix/store/8n5gd6wxyz5hd0b1frgaq9nb3hq7ffv3-source';

it.each([
  ['unknownCommand', '2.8, 2.26', "error: 'frob' is not a recognised command"],
  ['unknownCommand', '2.8, 2.26', "error: unrecognised flag '--frob'"],
  ['incompleteLock', '2.8', "error: flake 'path:.' requires lock file changes but they're not allowed"],
  ['incompleteLock', '2.26', "       … while updating the lock file of flake 'path:.'"],
  ['failedFetch', '2.8, 2.26', "error: unable to download 'http://127.0.0.1:1/far.tar.gz': Couldn't connect"],
  ['importFromDerivation', '2.8, 2.26', "because the option 'allow-import-from-derivation' is disabled"],
  ['impureAccess', '2.8', "error: access to absolute path '/etc' is forbidden in pure eval mode (use '--impure')"],
  ['impureAccess', '2.26', "error: access to absolute path '/etc' is forbidden in pure evaluation mode"],
  ['missingValuesModule', 'NixOS', "error: The option `cdktf-nixos' does not exist. Definition values:"],
] as const)('the text for %s of Nix %s is recognised: %s', (name, _, text) => {
  expect(text).toMatch(NIX_OUTPUT[name]);
});

it.each([
  ['2.8', `error: getting status of '${STORED}/hosts/web.nix': No such file or directory`],
  ['2.26', `error: path '${STORED}/hosts/web.nix' does not exist`],
  ['2.20 and later', 'error: Path \'hosts/web.nix\' in the repository "/home/user/infra" is not tracked by Git.'],
])('the name of a missing file is found in the text of Nix %s', (_, text) => {
  expect(missingFiles(text)).toEqual(['hosts/web.nix']);
});

it.each([
  ['a last line without indentation', 'error: out of memory\n', true],
  [
    'an indented last line after a report of the collector',
    'GC Warning: Out of Memory! Heap size: 384 MiB.\n error: out of memory',
    true,
  ],
  ['an indented last line alone', 'error:\n       error: out of memory', false],
  ['a line before the last', 'error: out of memory\nerror: x', false],
])('memory ran out, or did not, according to %s', (_, stderr, expected) => {
  expect(ranOutOfMemory(stderr)).toBe(expected);
});
