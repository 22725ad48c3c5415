import { display } from '../../validation/display';
import type { Problem } from '../../validation/problem';

/** The problem with the number of a resource at Hetzner, if there is one. */
export function idProblem(id: unknown): Problem | undefined {
  if (typeof id === 'number' && Number.isSafeInteger(id) && id > 0) return undefined;
  const fix = typeof id === 'string' ? 'give it as a number: Token.asNumber(resource.id)' : 'look it up in the console';
  return { given: display(id), expected: "a resource's number at Hetzner", fix };
}
