import { describe, expect, it } from 'vitest';
import { parseAttributePath, showAttributePath } from '../../lib/private/attribute-path';

describe('an attribute path', () => {
  it.each([
    ['a', ['a']],
    ['a.b-c.d_e', ['a', 'b-c', 'd_e']],
    ['a."b.c".d', ['a', 'b.c', 'd']],
    ['"with \\"quote\\" and \\\\"', ['with "quote" and \\']],
    ['__proto__.constructor', ['__proto__', 'constructor']],
  ])('an attribute path is read as Nix reads it: %s', (text, names) => {
    expect(parseAttributePath(text)).toEqual(names);
    expect(parseAttributePath(showAttributePath(names))).toEqual(names);
  });

  it.each(['', '.', '.a', 'a.', 'a..b', '"a', 'a"b"', 'a b', '"a"b'])('%j is not an attribute path', (text) => {
    expect(parseAttributePath(text)).toBeUndefined();
  });
});
