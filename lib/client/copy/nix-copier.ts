import type { Escalation } from '../../job/escalation';
import { cutOff, nix, ProcessError, type StartedProcess } from '../../private/process';
import { type ClosureCopier, CopyFailure, type CopyTask } from './closure-copier';
import type { Report } from '../report/report';
import { displayBytes, lastLines, tail } from '../report/text';
import { TARGET } from '../host/ssh-config';

export const NIX_COPY_CLOSURE = 'nix-copy-closure';

const MIN_LIMIT_SECONDS = 600;
/** A slower link counts as dead. */
const MIN_BYTES_PER_SECOND = 50_000;

/**
 * The protocol of nix-copy-closure, through `nix copy`: for a host that cannot import a stream. The receiving process has
 * a time limit on the host, because it would outlive a dead connection and hold the locks of its paths.
 */
export class NixCopier implements ClosureCopier {
  readonly description = NIX_COPY_CLOSURE;

  constructor(
    private readonly configFile: string,
    private readonly escalation: Escalation,
    private readonly report: Report,
  ) {}

  async copy(task: CopyTask): Promise<void> {
    const limit = MIN_LIMIT_SECONDS + Math.ceil(task.bytes / MIN_BYTES_PER_SECOND);
    const child = nix.start(copyArguments(task.toplevel, limit, this.escalation), {
      env: { NIX_SSHOPTS: `-F ${this.configFile}` },
    });
    const end = endedAfter(child, limit);
    child.stdin.end();
    child.stdout.resume();
    const stderr = tail(child.stderr);
    const started = Date.now();
    const ticking = setInterval(() => {
      const seconds = Math.round((Date.now() - started) / 1000);
      this.report.progress('copy', `copying ${displayBytes(task.bytes)} for ${seconds} s`);
    }, 1000);
    const { exitCode, code, timedOut } = await end.finally(() => clearInterval(ticking));
    if (code === 'ENOENT') throw ProcessError.missing('nix');
    if (timedOut) throw new CopyFailure(`nix copy did not finish within ${limit} s`, lastLines(stderr(), 5));
    if (exitCode !== 0) throw new CopyFailure('nix copy failed', lastLines(stderr(), 5));
  }
}

/** What the process started may hold its pipes: at the limit they are closed, too. */
async function endedAfter(child: StartedProcess, seconds: number) {
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    cutOff(child);
  }, seconds * 1000);
  const { exitCode, code } = await child.finally(() => clearTimeout(timer));
  return { exitCode, code, timedOut };
}

/** The arguments of `nix`: `limit` in seconds bounds the process on the host. */
export function copyArguments(toplevel: string, limit: number, escalation: Escalation): string[] {
  const program = escalation.wrap(['timeout', '-k', '5', String(limit), 'nix-store']);
  const destination = `ssh://${TARGET}?remote-program=${encodeURIComponent(program.join(' '))}`;
  const features = ['--extra-experimental-features', 'nix-command'];
  return [...features, 'copy', '--no-check-sigs', '--to', destination, toplevel];
}
