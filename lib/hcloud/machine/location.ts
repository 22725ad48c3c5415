import { display } from '../../validation/display';
import type { Problem } from '../../validation/problem';

/** The problem with the location of a server, if there is one. Hetzner may open others at any time. */
export function locationProblem(location: unknown): Problem | undefined {
  if (typeof location === 'string' && /^[a-z]{3}[0-9]?$/.test(location)) return undefined;
  const expected = 'the name of a location: fsn1, nbg1, hel1, ash, hil, sin, ...';
  const [, found] = typeof location === 'string' ? (/^([a-z]{3}[0-9]?)-dc[0-9]+$/.exec(location) ?? []) : [];
  const fix = found ? `write ${display(found)}: Hetzner has no data centers any more` : 'write it as Hetzner does';
  return { given: display(location), expected, fix };
}
