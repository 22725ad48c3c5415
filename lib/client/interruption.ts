import { DeployError, ExitStatus, CARRIES_ON } from './report/deploy-error';
import type { Situation } from './jobs/job-kind';
import type { Report } from './report/report';
import type { Workspace } from './host/workspace';

/**
 * On SIGINT, SIGTERM or SIGHUP: clean up on this machine and exit; the host carries on. Follow-on errors of our own children are not
 * reported.
 */
export function endOnSignal(workspace: Workspace, report: Report, situation: Situation): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // Not `once`: execa sends the signal again, and it kills us, when no listener but its own is left.
    process.on(signal, () => {
      const error = interrupted(signal, situation);
      report.failure(error);
      report.mute();
      void workspace.close().finally(() => process.exit(error.status));
    });
  }
}

function interrupted(signal: string, { sent, unchanged }: Situation): DeployError {
  return new DeployError({
    status: sent ? ExitStatus.UNKNOWN : ExitStatus.FAILED,
    what: `interrupted by ${signal}`,
    host: sent ? CARRIES_ON : unchanged,
    fix: 'run the deployment again: it first reads what the host runs',
  });
}
