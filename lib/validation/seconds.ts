import { display } from './display';
import type { Problem } from './problem';

/** Eleven days: hosts read six digits, and Node's setTimeout fires at once above 2^31 - 1 milliseconds. */
const MAX_SECONDS = 999_999;

/** The problem with a time limit in seconds, if there is one. */
export function secondsProblem(seconds: unknown): Problem | undefined {
  const valid = typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_SECONDS;
  if (valid) return undefined;
  return {
    given: display(seconds),
    expected: `seconds: a whole number from 1 to ${MAX_SECONDS}`,
    fix: typeof seconds === 'string' ? 'give a number without a unit' : 'give the limit in seconds',
  };
}
