import { display } from './display';
import type { Problem } from './problem';

/** The problem with the mode of a secret file, if there is one: nobody but its owner and its group may use it. */
export function secretModeProblem(mode: unknown): Problem | undefined {
  if (typeof mode === 'string' && /^0[0-7]{2}0$/.test(mode)) return undefined;
  return {
    given: display(mode),
    expected: 'four octal digits as a string, the last one 0, for example "0400"',
    fix: typeof mode === 'number' ? 'write the mode as a string' : 'give others no right to it; use group instead',
  };
}
