import { display } from './display';
import type { Problem } from './problem';

/** NixOS takes names of almost any characters; these are the ones that accounts have. The host's half has the same pattern. */
const OWNER = /^([A-Za-z_][A-Za-z0-9_.-]{0,31}|[0-9]{1,10})$/;

/** The problem with the user or group that a file is to belong to, if there is one. Only the host knows whether it exists. */
export function fileOwnerProblem(owner: unknown): Problem | undefined {
  if (typeof owner === 'string' && OWNER.test(owner)) return undefined;
  return {
    given: display(owner),
    expected: 'a name (letters, digits, underscores, dots, dashes) or a number as a string',
    fix: 'give the user or group as the configuration declares it',
  };
}
