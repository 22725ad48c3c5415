import { setTimeout as pause } from 'node:timers/promises';
import { LinkFailure } from '../../host/link-failure';
import type { HostSession, TransactionRequest } from '../../host/session';
import { NoReply, Refusal, type SupervisorReply } from '../../host/supervisor-reply';

/** What a rollback left undone, in the words of the failure message. */
export interface Aftermath {
  /** Follows what the host runs. */
  readonly host: string;
  readonly fix: string;
}

/**
 * Logs in to a host that has rolled back, as its user will. Tries for as long as the host waits for a proof.
 *
 * @returns why no login works; undefined when one does
 */
export async function failureOfLogin(
  session: HostSession,
  { id, confirmTimeoutSeconds }: TransactionRequest,
  retryMilliseconds: (failure: LinkFailure) => number,
): Promise<LinkFailure | undefined> {
  const deadline = Date.now() + confirmTimeoutSeconds * 1000;
  for (;;) {
    const failure = await session.status(id).then(() => undefined, linkFailure);
    if (failure === undefined || Date.now() > deadline) return failure;
    await pause(retryMilliseconds(failure));
  }
}

/** A refusal needs no cure: the login worked. */
function linkFailure(error: unknown): LinkFailure | undefined {
  if (error instanceof LinkFailure) return error;
  if (error instanceof NoReply) return error.asLinkFailure;
  if (error instanceof Refusal) return undefined;
  throw error;
}

/** What is not as before, although the host runs the previous system again; undefined when all is, as far as we know. */
export function aftermath(
  reply: SupervisorReply | undefined,
  failedLogin: LinkFailure | undefined,
): Aftermath | undefined {
  const down = reply?.get('not-up') ?? '';
  if (failedLogin !== undefined) {
    return {
      host: `but no new login works: ${failedLogin.message}`,
      fix: 'look at the console of the host (systemctl --failed; is sshd up, and the network?); a restart starts the previous system',
    };
  }
  if (down === '') return undefined;
  return {
    host: `but these units are not up again: ${down}`,
    fix: `look at them on the host (systemctl status ${down}); correct the configuration, then deploy again`,
  };
}
