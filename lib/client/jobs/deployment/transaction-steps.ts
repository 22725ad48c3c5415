import type { TransactionRequest } from '../../host/session';
import type { TransactionState } from '../../host/transaction-state';

/** What a host does in a state that needs no other words than its own. */
type Steps = { readonly [state in TransactionState]?: readonly [step: string, text: string] };

const SWITCHED: Steps = {
  activating: ['activate', 'switching to the new system'],
  committing: ['commit', 'setting the profile and the boot default'],
  'rolling-back': ['roll back', 'rolling back to the previous system'],
};

const SWITCHED_AGAIN: Steps = { ...SWITCHED, activating: ['activate', 'activating the running system again'] };

const UNSWITCHED: Steps = {
  activating: ['activate', 'bringing the secrets; nothing is switched'],
  committing: ['commit', 'committing the secrets'],
  'rolling-back': ['roll back', 'rolling back to the previous secrets'],
};

/** The words for a transaction. @param isUnswitched the host has said that it changes secrets alone */
export function transactionSteps(
  { toplevel, expectedRunning }: Pick<TransactionRequest, 'toplevel' | 'expectedRunning'>,
  isUnswitched: boolean,
): Steps {
  if (isUnswitched) return UNSWITCHED;
  return toplevel === expectedRunning ? SWITCHED_AGAIN : SWITCHED;
}
