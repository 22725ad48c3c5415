import { expect, it } from 'vitest';
import { fileOwnerProblem } from '../../lib/validation/file-owner';

it.each(['root', '_chrony', 'systemd-network', 'Debian-exim', 'Ada', 'first.last', '990', '0', `a${'b'.repeat(31)}`])(
  'the owner %s is taken',
  (owner) => {
    expect(fileOwnerProblem(owner)).toBeUndefined();
  },
);

it.each([[''], ['a b'], ['a:b'], ['-R'], ['.a'], ['9a'], ['a$'], [`a${'b'.repeat(32)}`], [0], [null], ['root\n']])(
  'the owner %j is refused',
  (owner) => {
    expect(fileOwnerProblem(owner)).toMatchObject({
      expected: 'a name (letters, digits, underscores, dots, dashes) or a number as a string',
    });
  },
);
