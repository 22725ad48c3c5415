import { display } from './display';
import type { Problem } from './problem';

/** Eleven days: hosts read six digits, and Node's setTimeout fires at once above 2^31 - 1 milliseconds. */
const MAX_SECONDS = 999_999;
/** A host waits uncommitted, and locked for others. */
const MAX_SETTLE_SECONDS = 600;

/** The problem with a time limit in seconds, if there is one. */
export function secondsProblem(seconds: unknown): Problem | undefined {
  return problemOutside(seconds, 1, MAX_SECONDS, 'give the limit in seconds');
}

/** The problem with the time between two proofs, if there is one. */
export function settleSecondsProblem(seconds: unknown): Problem | undefined {
  return problemOutside(seconds, 0, MAX_SETTLE_SECONDS, 'give the time in seconds, or 0 for one proof only');
}

function problemOutside(seconds: unknown, least: number, most: number, fix: string): Problem | undefined {
  const valid = typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= least && seconds <= most;
  if (valid) return undefined;
  return {
    given: display(seconds),
    expected: `seconds: a whole number from ${least} to ${most}`,
    fix: typeof seconds === 'string' ? 'give a number without a unit' : fix,
  };
}
