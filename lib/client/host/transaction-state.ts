/**
 * How far a transaction is: the words of the host's journal, `not-started` for one that never entered it, `superseded`
 * for one that another transaction replaced there before we learned how it ended, and `abandoned` for one that nobody on the
 * host works on any more.
 */
export type TransactionState = (typeof STATES)[number];

const UNDER_WAY = ['started', 'activating', 'waiting', 'settling', 'committing', 'rolling-back'] as const;
const FINAL = ['committed', 'rolled-back', 'rollback-failed', 'aborted'] as const;
const UNKNOWN = ['not-started', 'superseded', 'abandoned'] as const;
const STATES = [...UNDER_WAY, ...FINAL, ...UNKNOWN, 'none'] as const;

/** The state that a host names; undefined for a word that this client does not know. */
export function transactionState(word: string | undefined): TransactionState | undefined {
  return STATES.find((state) => state === word);
}

/** The transaction will not change any more. */
export function isFinal(state: TransactionState | undefined): boolean {
  return FINAL.some((final) => final === state);
}

/** There is nothing left to wait for. */
export function isOver(state: TransactionState | undefined): boolean {
  return isFinal(state) || UNKNOWN.some((unknown) => unknown === state);
}
