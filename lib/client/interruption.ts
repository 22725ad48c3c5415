import { DeployError, GOES_ON } from './report/deploy-error';
import { ExitStatus } from './report/exit-status';
import type { Report } from './report/report';
import type { Workspace } from './host/workspace';

/**
 * A signal ends the client, where it is not killed outright: what was sent to a host goes on there, and here nothing stays.
 * What follows from the end of our own children is not told.
 *
 * @param sent whether the host may have a transaction of ours
 */
export function endOnSignal(workspace: Workspace, report: Report, sent: () => boolean): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      const error = interrupted(signal, sent());
      report.failure(error);
      report.mute();
      void workspace.close().finally(() => process.exit(error.status));
    });
  }
}

function interrupted(signal: string, sent: boolean): DeployError {
  return new DeployError({
    status: sent ? ExitStatus.UNKNOWN : ExitStatus.FAILED,
    what: `interrupted by ${signal}`,
    host: sent ? GOES_ON : 'runs what it did before',
    fix: 'run the deployment again: it reads first what the host runs',
  });
}
