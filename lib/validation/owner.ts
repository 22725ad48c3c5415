import { display } from './display';
import { type Problem, REGENERATE } from './problem';

/** The problem with a part of an owner, if there is one. */
export function ownerProblem(part: unknown): Problem | undefined {
  if (typeof part === 'string' && part !== '') return undefined;
  return { given: display(part), expected: 'a text that is not empty', fix: REGENERATE };
}
