import { type Closure, narBytes } from '../store/closure';
import { type ClosureCopier, CopyFailure } from './closure-copier';
import { DeployError, ExitStatus } from '../report/deploy-error';
import type { GoalName } from '../../job/goal';
import type { HostState } from '../host/host-state';
import { LinkFailure } from '../host/link-failure';
import type { Report } from '../report/report';
import { displayBytes } from '../report/text';
import type { HostSession } from '../host/session';
import { NoReply, Refusal } from '../host/supervisor-reply';

const ATTEMPTS = 2;
/** Of copy and verification: the first may find damage in the copied paths, the second elsewhere, the third none. */
const ROUNDS = 3;
/** Share of the archives' size that the store's database and file system take on top. */
const OVERHEAD = 1.05;

/**
 * Brings a closure to the host: it is protected from garbage collection before the first byte, and written to disk and
 * verified after the last.
 */
export class Transfer {
  constructor(
    private readonly session: HostSession,
    private readonly copier: ClosureCopier,
    private readonly report: Report,
    private readonly id: string,
    /** Refuses paths that must not be copied. */
    private readonly refuseToCopy: (paths: readonly string[]) => Promise<void> = async () => undefined,
  ) {}

  async run(closure: Closure, goal: GoalName, host: HostState): Promise<void> {
    for (let round = 1; round <= ROUNDS; round++) {
      const copied = await this.copyMissing(closure, host);
      // One damaged path may not be the only one.
      const damaged = await this.verify(closure, goal, round === 1 ? copied : 'all');
      if (damaged.length === 0) return;
      const removed = damaged.length === 1 ? '1 damaged path, which is' : `${damaged.length} damaged paths, which are`;
      this.report.relay('verify', `the host removed ${removed} being copied again`);
    }
    throw new DeployError({
      status: ExitStatus.FAILED,
      what: 'store paths on the host are damaged again right after the copy',
      host: `${host.description}, as before`,
      fix: 'check the disk of the host (its kernel log, smartctl)',
    });
  }

  /** Returns the paths that were copied. */
  private async copyMissing(closure: Closure, host: HostState): Promise<string[]> {
    const copied: string[] = [];
    for (let attempt = 1; ; attempt++) {
      const missing = closure.subset(await this.session.stage(this.id, closure));
      if (missing.length === 0) return copied;
      const bytes = await narBytes(missing);
      this.refuseWithoutSpace(bytes, host);
      await this.refuseToCopy(missing);
      const count = missing.length === 1 ? '1 path' : `${missing.length} paths`;
      this.report.relay(
        'copy',
        `${count} of ${closure.paths.length}, ${displayBytes(bytes)}, ${this.copier.description}`,
      );
      copied.push(...missing);
      const failure = await this.attempt(() => this.copier.copy({ toplevel: closure.toplevel, missing, bytes }));
      if (failure === undefined) return copied;
      if (attempt === ATTEMPTS) throw failure;
      this.report.relay('copy', `failed (${failure.message}); trying again with what is still missing`);
      await this.session.reconnect();
    }
  }

  /** Returns a failure after which another attempt may succeed, and throws any other. */
  private async attempt(copy: () => Promise<void>): Promise<Error | undefined> {
    try {
      await copy();
      return undefined;
    } catch (error) {
      const temporary =
        error instanceof CopyFailure ||
        (error instanceof NoReply && !error.isPasswordRefused) ||
        (error instanceof LinkFailure && !error.final) ||
        (error instanceof Refusal && error.code === 'failed');
      if (temporary) return error;
      throw error;
    }
  }

  /** Returns the paths that were damaged and are gone now. */
  private verify(closure: Closure, goal: GoalName, paths: readonly string[] | 'all'): Promise<string[]> {
    const onWhole = (count: string) => this.report.relay('verify', `all ${count} paths of the closure`);
    return this.session.verify(this.id, { toplevel: closure.toplevel, goal, paths, onWhole });
  }

  private refuseWithoutSpace(bytes: number, host: HostState): void {
    if (bytes * OVERHEAD <= host.freeStoreBytes) return;
    const detail = `the copy needs ${displayBytes(bytes * OVERHEAD)} and the host's store has ${displayBytes(host.freeStoreBytes)} left`;
    if (host.storeCompresses) {
      this.report.relay('copy', `${detail}; its file system may compress enough`);
      return;
    }
    throw DeployError.of('no-space', { detail, host: `${host.description}, as before` });
  }
}
