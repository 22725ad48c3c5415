import { display } from '../../validation/display';
import type { Problem } from '../../validation/problem';

const LABEL = /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
/** As Hetzner limits the name of a server. */
const MAX_LENGTH = 63;
/** A dash and 8 characters, which are different for each server: names are unique in a project. */
export const SUFFIX_LENGTH = 9;

/** The problem with the name of a server at Hetzner (RFC 1123), if there is one. @param reserved characters for a suffix */
export function nameProblem(name: unknown, reserved: number): Problem | undefined {
  const max = MAX_LENGTH - reserved;
  if (typeof name === 'string' && name.length <= max && name.split('.').every((label) => LABEL.test(label))) {
    return undefined;
  }
  return {
    given: display(name),
    expected: `a host name (RFC 1123) of at most ${max} characters: letters, digits, dashes and dots`,
    fix: 'give the machine a `name`; without one, it is the id of the construct',
  };
}
