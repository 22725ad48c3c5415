import type { Situation } from './jobs/job-kind';
import { DeployError, ExitStatus, CARRIES_ON } from './report/deploy-error';
import type { RunningClient } from './running-client';

/**
 * On SIGINT, SIGTERM or SIGHUP, and on an error that nobody handles: report it, clean up on this machine and exit; the host
 * carries on.
 */
export function endEarly(client: RunningClient): void {
  const end = (error: unknown): void => {
    const status = client.fail(error);
    void client.close().finally(() => process.exit(status));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // Not `once`: execa sends the signal again, and it kills us, when no listener but its own is left.
    process.on(signal, () => end(interrupted(signal, client.situation)));
  }
  process.on('uncaughtException', end);
  // Without a listener of its own, NODE_OPTIONS may ignore it.
  process.on('unhandledRejection', end);
}

function interrupted(signal: string, { sent, unchanged }: Situation): DeployError {
  return new DeployError({
    status: sent ? ExitStatus.UNKNOWN : ExitStatus.FAILED,
    what: `interrupted by ${signal}`,
    host: sent ? CARRIES_ON : unchanged,
    fix: 'run the deployment again: it first reads what the host runs',
  });
}
