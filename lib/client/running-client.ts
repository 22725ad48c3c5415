import { setTimeout as pause } from 'node:timers/promises';
import { explain } from './explanation';
import type { Workspace } from './host/workspace';
import { Situation } from './jobs/job-kind';
import type { ExitStatus } from './report/deploy-error';
import { Report } from './report/report';

/** A job has so long to clean up, elsewhere than on this machine. */
const CLEAN_UP_SECONDS = 60;

/** What the client has at the moment, because an end may come at any time. */
export class RunningClient {
  report = new Report('cdktf-nixos');
  workspace: Workspace | undefined;
  readonly situation = new Situation();
  private failed: ExitStatus | undefined;
  private readonly cleanUps: (() => Promise<void>)[] = [];
  private closing: Promise<void> | undefined;

  /** Has something cleaned up before the client ends. It reports its own failure. */
  atEnd(cleanUp: () => Promise<void>): void {
    this.cleanUps.push(cleanUp);
  }

  /** Reports the first failure; the later ones follow from it. Returns the status to exit with. */
  fail(error: unknown): ExitStatus {
    if (this.failed !== undefined) return this.failed;
    const explained = explain(error, this.situation);
    this.failed = explained.status;
    this.report.failure(explained);
    this.report.mute();
    return explained.status;
  }

  /** Cleans up. A second call waits for the first: a signal may come meanwhile. */
  close(): Promise<void> {
    this.closing ??= this.cleanUp();
    return this.closing;
  }

  private async cleanUp(): Promise<void> {
    const all = Promise.allSettled(this.cleanUps.map((cleanUp) => cleanUp()));
    await Promise.race([all, pause(CLEAN_UP_SECONDS * 1000, undefined, { ref: false })]);
    await this.workspace?.close();
  }
}
