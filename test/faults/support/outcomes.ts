import type { Outcome } from './fault';

/** The deployment succeeds all the same. */
export const COMMITTED: Outcome = { status: 0, runs: 'wanted', state: 'committed' };

/** The host has rolled back, and the user is told what to do: to correct the configuration, if nothing else is to blame. */
export function rolledBack(failed: RegExp, toDo = /^correct the configuration/): Outcome {
  return {
    status: 2,
    runs: 'old',
    state: 'rolled-back',
    says: { failed, host: /^runs and boots \S+; it rolled back by itself$/, toDo },
  };
}

/** The host has booted the previous system; its journal still says in which state it was cut off. */
export function aborted(state: string): Outcome {
  return {
    status: 2,
    runs: 'old',
    state,
    says: {
      failed: /^the host restarted before it committed the new system/,
      host: /^runs (and boots )?\S+.*; it booted the previous system$/,
      toDo: /journalctl -b -1/,
    },
    roots: 'any',
  };
}

/** Refused, or failed on the way, before the host has taken anything on. */
export function untouched(says: NonNullable<Outcome['says']>, status = 1): Outcome {
  return { status, runs: 'old', state: '', says, roots: 'any' };
}
