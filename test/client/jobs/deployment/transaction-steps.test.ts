import { expect, it } from 'vitest';
import { transactionSteps } from '../../../../lib/client/jobs/deployment/transaction-steps';

const [OLD, NEW] = ['/nix/store/old', '/nix/store/new'];

it.each([
  ['another system', NEW, false, 'switching to the new system', 'setting the profile and the boot default'],
  [
    'the system that runs',
    OLD,
    false,
    'activating the running system again',
    'setting the profile and the boot default',
  ],
  ['secrets alone', OLD, true, 'bringing the secrets; nothing is switched', 'committing the secrets'],
])('a deployment of %s has words of its own', (_, toplevel, isUnswitched, activate, commit) => {
  expect(transactionSteps({ toplevel, expectedRunning: OLD }, isUnswitched)).toMatchObject({
    activating: ['activate', activate],
    committing: ['commit', commit],
  });
});
