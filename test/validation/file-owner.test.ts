import { expect, it } from 'vitest';
import { fileOwnerProblem } from '../../lib/validation/file-owner';

it.each(['root', '_chrony', 'systemd-network', '990', '0', `a${'b'.repeat(31)}`])('the owner %s is taken', (owner) => {
  expect(fileOwnerProblem(owner)).toBeUndefined();
});

it.each([[''], ['a b'], ['a:b'], ['-R'], ['Root'], [`a${'b'.repeat(32)}`], [0], [null], ['root\n']])(
  'the owner %j is refused',
  (owner) => {
    expect(fileOwnerProblem(owner)).toMatchObject({
      expected: 'a name (lower-case letters, digits, underscores, dashes) or a number as a string',
    });
  },
);
