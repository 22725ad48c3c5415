import { explain } from './explanation';
import type { Workspace } from './host/workspace';
import { Situation } from './jobs/job-kind';
import type { ExitStatus } from './report/deploy-error';
import { Report } from './report/report';

/** What the client has at the moment, because an end may come at any time. */
export class RunningClient {
  report = new Report('cdktf-nixos');
  workspace: Workspace | undefined;
  readonly situation = new Situation();
  private failed: ExitStatus | undefined;

  /** Reports the first failure; the later ones follow from it. Returns the status to exit with. */
  fail(error: unknown): ExitStatus {
    if (this.failed !== undefined) return this.failed;
    const explained = explain(error, this.situation);
    this.failed = explained.status;
    this.report.failure(explained);
    this.report.mute();
    return explained.status;
  }

  /** Cleans up on this machine. */
  async close(): Promise<void> {
    await this.workspace?.close();
  }
}
