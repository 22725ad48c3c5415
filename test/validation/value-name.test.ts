import { describe, expect, it } from 'vitest';
import { ambiguousNamesProblem, valueNameProblem } from '../../lib/validation/value-name';

describe('the name of a value is the name of a file', () => {
  it.each(['', '.', '..', '.x', 'a/b', '../../etc/shadow', 'a b', 'a\0', 'a\n', 'é', 'x'.repeat(65), '${x}', null])(
    'the value name %j is refused',
    (name) => {
      expect(valueNameProblem(name)).toMatchObject({
        expected: 'a name: 1 to 64 letters, digits, dots, underscores and dashes that do not start with a dot',
        fix: 'rename it here and in the NixOS configuration that reads it',
      });
    },
  );

  it.each(['dbEndpoint', '__proto__', 'constructor', 'toString', '9lives', 'a.b', '-x', 'x'.repeat(64)])(
    'the value name %s is accepted',
    (name) => {
      expect(valueNameProblem(name)).toBeUndefined();
    },
  );
});

it('value names that differ only by case are refused together', () => {
  expect(ambiguousNamesProblem(['a', 'dbHost', 'DBhost'])).toEqual({
    given: '"dbHost" and "DBhost"',
    expected: 'names that differ by more than upper and lower case',
    fix: 'rename one of them',
  });
  expect(ambiguousNamesProblem(['a', 'b', '__proto__', 'constructor'])).toBeUndefined();
});
