import { nix, ProcessError } from '../../private/process';
import { display } from '../../validation/display';
import { InputError } from '../../validation/problem';
import { type ClosureCopier, CopyFailure, type CopyTask } from './closure-copier';
import { displayBytes, type Report } from '../report/report';
import { TARGET } from '../host/ssh-config';
import { lastLines, tail } from '../report/tail';

/** Chooses this way: `CDKTF_NIXOS_COPY=nix-copy-closure`. */
const COPY_VARIABLE = 'CDKTF_NIXOS_COPY';
export const NIX_COPY_CLOSURE = 'nix-copy-closure';

const MIN_LIMIT_SECONDS = 600;
/** A link that is slower than this is taken for dead. */
const MIN_BYTES_PER_SECOND = 50_000;

/**
 * The protocol of nix-copy-closure, through `nix copy`: a way round when the host can't import a stream. The receiving
 * process is bounded on the host, for it would outlive a dead connection and hold the locks of its paths.
 */
export class NixCopier implements ClosureCopier {
  readonly description = NIX_COPY_CLOSURE;

  constructor(
    private readonly configFile: string,
    private readonly privilegeEscalation: 'none' | 'sudo',
    private readonly report: Report,
  ) {}

  async copy(task: CopyTask): Promise<void> {
    const limit = MIN_LIMIT_SECONDS + Math.ceil(task.bytes / MIN_BYTES_PER_SECOND);
    const child = nix.start(copyArguments(task.toplevel, limit, this.privilegeEscalation), {
      env: { NIX_SSHOPTS: `-F ${this.configFile}` },
      timeoutSeconds: limit,
    });
    child.stdin.end();
    child.stdout.resume();
    const stderr = tail(child.stderr);
    const started = Date.now();
    const ticking = setInterval(() => {
      const seconds = Math.round((Date.now() - started) / 1000);
      this.report.progress('copy', `${displayBytes(task.bytes)} under way for ${seconds} s`);
    }, 1000);
    const { exitCode, timedOut, code } = await child.finally(() => clearInterval(ticking));
    if (code === 'ENOENT') throw ProcessError.missing('nix');
    if (timedOut) throw new CopyFailure(`nix copy did not finish within ${limit} s`, lastLines(stderr(), 5));
    if (exitCode !== 0) throw new CopyFailure('nix copy failed', lastLines(stderr(), 5));
  }
}

/** The arguments of `nix`: `limit` in seconds bounds the process on the host. */
export function copyArguments(toplevel: string, limit: number, privilegeEscalation: 'none' | 'sudo'): string[] {
  const bounded = ['timeout', '-k', '5', String(limit), 'nix-store'];
  const program = privilegeEscalation === 'sudo' ? ['sudo', '-n', ...bounded] : bounded;
  const destination = `ssh://${TARGET}?remote-program=${encodeURIComponent(program.join(' '))}`;
  const features = ['--extra-experimental-features', 'nix-command'];
  return [...features, 'copy', '--no-check-sigs', '--to', destination, toplevel];
}

/** The way to copy that the environment asks for; nothing for the usual one. Throws InputError for an unknown one. */
export function copyWay(environment: NodeJS.ProcessEnv): typeof NIX_COPY_CLOSURE | undefined {
  const way = environment[COPY_VARIABLE];
  if (way === undefined || way === '') return undefined;
  if (way === NIX_COPY_CLOSURE) return way;
  const fix = 'unset it for the usual way, one compressed stream';
  throw new InputError('cdktf-nixos', COPY_VARIABLE, { given: display(way), expected: display(NIX_COPY_CLOSURE), fix });
}
