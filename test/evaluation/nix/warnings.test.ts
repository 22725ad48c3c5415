import { expect, it } from 'vitest';
import { warnings } from '../../../lib/evaluation/nix/warnings';

it("warnings are the user's own, each once, without colours and without those of Nix and the protocol", () => {
  const stderr = [
    "warning: not writing modified lock file of flake 'path:.':",
    "• Added input 'source':",
    'trace: @cdktf-nixos {"begin":"a"}',
    'trace: \u001b[1;31mwarning: option x is deprecated',
    'use y\u001b[0m',
    'evaluation warning: a newer form',
    'trace: @cdktf-nixos {"row":"a"}',
    'evaluation warning: a newer form',
    'trace: { a = 1; }',
    'error: no warning',
  ].join('\n');
  expect(warnings(stderr)).toEqual([
    'warning: option x is deprecated\nuse y',
    'evaluation warning: a newer form',
    'trace: { a = 1; }',
  ]);
});
