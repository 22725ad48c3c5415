import { type Closure, narBytes } from '../store/closure';
import { type ClosureCopier, CopyFailure } from './closure-copier';
import { DeployError } from '../report/deploy-error';
import { ExitStatus } from '../report/exit-status';
import type { HostState } from '../host/host-state';
import { LinkFailure } from '../host/link-failure';
import { displayBytes, type Report } from '../report/report';
import type { SshLink } from '../host/ssh-link';
import type { Supervisor } from '../host/supervisor-channel';
import { NoAnswer, Refusal } from '../host/supervisor-reply';

const ATTEMPTS = 2;
/** Of copy and verification: damage among what was copied, damage elsewhere, and then it must be whole. */
const ROUNDS = 3;
const STAGE_SECONDS = 120;
/** The whole closure may have to be read again. */
const VERIFY_SECONDS = 3600;
/** What the store's database and file system take on top of the archives. */
const OVERHEAD = 1.05;

/** Brings a closure to the host: rooted before the first byte, copied within bounds, on disk and verified after the last. */
export class Transfer {
  constructor(
    private readonly link: SshLink,
    private readonly supervisor: Supervisor,
    private readonly copier: ClosureCopier,
    private readonly report: Report,
    private readonly id: string,
  ) {}

  async run(closure: Closure, goal: string, host: HostState): Promise<void> {
    for (let round = 1; round <= ROUNDS; round++) {
      const copied = await this.copyMissing(closure, host);
      // Where some of it was damaged, more may be.
      const damaged = await this.verify(closure, goal, round === 1 ? copied : 'all');
      if (damaged.length === 0) return;
      const text =
        damaged.length === 1
          ? '1 damaged path on the host was removed and is'
          : `${damaged.length} damaged paths on the host were removed and are`;
      this.report.step('verify', `${text} copied again`);
    }
    throw new DeployError({
      status: ExitStatus.FAILED,
      what: 'store paths on the host are damaged again right after they were copied',
      host: `${host.description}, as before`,
      fix: 'check the disk of the host (its kernel log, smartctl)',
    });
  }

  /** Gives the paths that were copied. */
  private async copyMissing(closure: Closure, host: HostState): Promise<string[]> {
    const copied: string[] = [];
    for (let attempt = 1; ; attempt++) {
      const missing = await this.stage(closure);
      if (missing.length === 0) return copied;
      const bytes = await narBytes(missing);
      this.refuseWithoutSpace(bytes, host);
      const count = missing.length === 1 ? '1 path' : `${missing.length} paths`;
      this.report.step(
        'copy',
        `${count} of ${closure.paths.length}, ${displayBytes(bytes)}, ${this.copier.description}`,
      );
      copied.push(...missing);
      const failure = await this.attempt(() => this.copier.copy({ toplevel: closure.toplevel, missing, bytes }));
      if (failure === undefined) return copied;
      if (attempt === ATTEMPTS) throw failure;
      this.report.step('copy', `failed (${failure.message}); trying again with what is still missing`);
      await this.link.reopen();
    }
  }

  /** Gives a failure after which another attempt may do better; any other is thrown. */
  private async attempt(copy: () => Promise<void>): Promise<Error | undefined> {
    try {
      await copy();
      return undefined;
    } catch (error) {
      const temporary =
        error instanceof CopyFailure ||
        error instanceof NoAnswer ||
        (error instanceof LinkFailure && !error.final) ||
        (error instanceof Refusal && error.code === 'failed');
      if (temporary) return error;
      throw error;
    }
  }

  private async stage(closure: Closure): Promise<string[]> {
    const reply = await this.supervisor.call({
      verb: 'stage',
      header: [
        ['id', this.id],
        ['toplevel', closure.toplevel],
      ],
      payload: pathList(closure.paths),
      timeoutSeconds: STAGE_SECONDS,
    });
    return closure.subset(reply.all('missing'));
  }

  /** Gives the paths that were found damaged and are gone now. */
  private async verify(closure: Closure, goal: string, paths: readonly string[] | 'all'): Promise<string[]> {
    const call = {
      verb: 'verify',
      header: [
        ['id', this.id],
        ['toplevel', closure.toplevel],
        ['goal', goal],
        ['all', paths === 'all' ? 'yes' : 'no'],
      ] as const,
      payload: pathList(paths === 'all' ? [] : paths),
      timeoutSeconds: VERIFY_SECONDS,
    };
    const onEvent = (key: string, count: string) => {
      if (key === 'verifying') this.report.step('verify', `all ${count} paths of the closure`);
    };
    const reply = await this.supervisor.call({ ...call, onEvent }).catch((error: Error) => {
      if (error instanceof Refusal && error.code === 'damaged' && error.reply.all('damaged').length > 0)
        return error.reply;
      throw error;
    });
    return reply.all('damaged');
  }

  private refuseWithoutSpace(bytes: number, host: HostState): void {
    if (bytes * OVERHEAD <= host.freeStoreBytes) return;
    const what = `the copy needs ${displayBytes(bytes * OVERHEAD)} and the host's store has ${displayBytes(host.freeStoreBytes)} left`;
    if (host.storeCompresses) {
      this.report.step('copy', `${what}; its file system may compress enough`);
      return;
    }
    throw new DeployError({
      status: ExitStatus.FAILED,
      what,
      host: `${host.description}, as before`,
      fix: 'make room on the host (nix-collect-garbage --delete-older-than 30d), then run the deployment again',
    });
  }
}

function pathList(paths: readonly string[]): string {
  return `${paths.map((storePath) => `${storePath}\n`).join('')}\n`;
}
