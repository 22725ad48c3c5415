import { expect, it } from 'vitest';
import { userProblem } from '../../lib/validation/user';

it.each(['-l', 'root;id', '', 'a'.repeat(33), 'DOMAIN\\user', 'a b', 'a\n', 'a@b', '.hidden', '$(id)', null, 0])(
  'the user %j is refused',
  (user) => {
    expect(userProblem(user)).toMatchObject({
      expected:
        'a user name: 1 to 32 letters, digits, underscores, dots and dashes that do not start with a dash or a dot',
      fix: 'give the name of the user that logs in on the host',
    });
  },
);

it.each(['root', 'deploy-1', '_svc', 'first.last', 'Admin', 'a'.repeat(32)])('the user %s is accepted', (user) => {
  expect(userProblem(user)).toBeUndefined();
});
