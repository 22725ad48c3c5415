import { display } from './display';
import { type Problem, REGENERATE } from './problem';

/** The problem with the path of a construct, as a job names it in messages, if there is one. */
export function constructPathProblem(path: unknown): Problem | undefined {
  if (typeof path === 'string' && /^[^\u0000-\u001f\u007f]+$/.test(path)) return undefined;
  return { given: display(path), expected: 'a construct path', fix: REGENERATE };
}
