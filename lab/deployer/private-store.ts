import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { realpathSync } from 'node:fs';
import { execaSync } from 'execa';

/**
 * A mount namespace in which /nix is an empty folder of our own: paths there can be counted, and garbage collected,
 * while the machine's store is not touched. The namespace ends with the test process (its input is our pipe).
 */
export class PrivateStore {
  /** The reason why this machine cannot have one; undefined if it can. */
  static readonly unavailable = whyUnavailable();

  static async create(folder: string): Promise<PrivateStore> {
    await mkdir(folder, { recursive: true });
    const script = 'mkdir -p /nix && mount --bind "$1" /nix && echo ready && exec cat > /dev/null';
    const holder = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', folder], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit').then(() => Promise.reject(FAILED))]);
    return new PrivateStore(holder);
  }

  private constructor(private readonly holder: ChildProcess) {}

  /** The argv that runs a program in the namespace, in the given folder. */
  enter(directory: string, program: string, args: readonly string[]): { program: string; args: string[] } {
    const script = 'cd "$1" && shift && exec "$@"';
    const target = String(this.holder.pid);
    return {
      program: 'nsenter',
      args: ['--mount', '--target', target, '--', 'sh', '-c', script, 'sh', directory, program, ...args],
    };
  }

  async end(): Promise<void> {
    const ended = once(this.holder, 'exit');
    this.holder.stdin?.end();
    await ended;
  }
}

const FAILED = new Error('no mount namespace with a /nix of its own');

function whyUnavailable(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs root on Linux';
  const found = execaSync('which', ['nix'], { reject: false });
  if (found.exitCode !== 0) return 'nix is not installed';
  return realpathSync(found.stdout).startsWith('/nix/') ? 'this nix itself lives in /nix' : undefined;
}
