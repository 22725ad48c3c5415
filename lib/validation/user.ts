import { display } from './display';
import type { Problem } from './problem';

/** What useradd and NixOS's users.users accept, 32 characters as in utmp; ssh cannot take it for an option. */
const USER = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,31}$/;

/** The problem with the name of a login user, if there is one. */
export function userProblem(user: unknown): Problem | undefined {
  if (typeof user === 'string' && USER.test(user)) return undefined;
  return {
    given: display(user),
    expected:
      'a user name: 1 to 32 letters, digits, underscores, dots and dashes that do not start with a dash or a dot',
    fix: 'give the name of the user that logs in on the host',
  };
}
