import { describe, expect, it } from 'vitest';
import { parseInstallable } from '../../../lib/evaluation/request/installable';

describe('an installable', () => {
  it.each([
    ['.#web', '.', ['web']],
    ['#web', '.', ['web']],
    ['github:owner/repo/abc?dir=x#a.b', 'github:owner/repo/abc?dir=x', ['a', 'b']],
    ['.#%22a.b%22', '.', ['a.b']],
    ['.#100%', '.', ['100%']],
    ['.', '.', []],
  ])('an installable has a flake and an attribute: %s', (text, flake, attribute) => {
    expect(parseInstallable(text)).toEqual({ flake, attribute });
  });
});
