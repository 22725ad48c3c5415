import { expect, it } from 'vitest';
import { nixMessage } from '../../../lib/evaluation/nix/output';

it("the message is Nix's sentence without the trace before it, as new versions print it", () => {
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

it("the message is Nix's sentence without the trace after it, as old versions print it", () => {
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

it('the message is the last lines when there is no error in them', () => {
  expect(nixMessage('Killed\n')).toBe('Killed');
  expect(nixMessage('')).toBe('');
});
