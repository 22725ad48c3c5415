import { accessSync, constants, writeFileSync, symlinkSync, existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { observeProcesses, sh, type StartedProcess } from '../../private/process';
import { DeployError, ExitStatus, NOT_CONTACTED } from '../report/deploy-error';

/** The path of a Unix socket has at most 104 bytes (macOS). ssh adds 17 to its name, and mktemp's part has 20. */
const PARENT = /^\/[A-Za-z0-9._/-]{0,55}$/;
const JANITOR_SECONDS = 5;

/**
 * A private directory that is removed when this process ends, however it ends. The janitor, a process in a session of
 * its own, makes the directory. When its input ends it removes the directory and ends the children that still run.
 */
export class Workspace {
  /**
   * @param scripts the folder that holds janitor.sh
   * @throws DeployError when there is no usable place for it
   */
  static async open(scripts: string, environment: NodeJS.ProcessEnv = process.env): Promise<Workspace> {
    const janitor = sh.start([path.join(scripts, 'janitor.sh'), parentDirectory(environment)], {
      ownSession: 'outlives-us',
    });
    janitor.stdin.on('error', () => undefined);
    let complaint = '';
    janitor.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    for await (const line of createInterface({ input: janitor.stdout })) return new Workspace(line, janitor);
    throw new DeployError({
      status: ExitStatus.FAILED,
      what: `cannot make a private directory: ${complaint.trim() || 'the janitor did not start'}`,
      host: NOT_CONTACTED,
      fix: 'make /tmp writable, or set TMPDIR to a writable directory with a short path without blanks',
    });
  }

  private constructor(
    readonly directory: string,
    private readonly janitor: StartedProcess,
  ) {
    observeProcesses({ started: (id) => this.tell('started', id), ended: (id) => this.tell('ended', id) });
  }

  /** Writes a file that only this user can read. */
  write(name: string, content: string): void {
    writeFileSync(path.join(this.directory, name), content, { mode: 0o600 });
  }

  /** Gives a user's file, and the files that belong to it, a name in here, in the place of an earlier one's. */
  link(name: string, file: string): void {
    for (const suffix of ['', '.pub', '-cert.pub']) {
      rmSync(path.join(this.directory, name + suffix), { force: true });
      if (existsSync(file + suffix)) symlinkSync(file + suffix, path.join(this.directory, name + suffix));
    }
  }

  /** Ends the children that still run and removes the directory. */
  async close(): Promise<void> {
    observeProcesses(undefined);
    this.janitor.stdin.end();
    await Promise.race([this.janitor, pause(JANITOR_SECONDS * 1000, undefined, { ref: false })]);
    // It is still there only if somebody killed the janitor.
    rmSync(this.directory, { recursive: true, force: true });
  }

  private tell(event: string, id: number): void {
    this.janitor.stdin.write(`${event} ${id}\n`);
  }
}

/** The first usable place for a directory: ssh cannot take a path with blanks, and a socket's path must be short. */
function parentDirectory(environment: NodeJS.ProcessEnv): string {
  const candidates = [environment.TMPDIR, environment.XDG_RUNTIME_DIR, '/tmp', '/var/tmp'];
  const usable = candidates
    .map((candidate) => candidate?.replace(/(.)\/+$/, '$1'))
    .filter((candidate): candidate is string => candidate !== undefined && PARENT.test(candidate))
    .find(isWritableDirectory);
  return usable ?? '/tmp';
}

function isWritableDirectory(directory: string): boolean {
  try {
    accessSync(path.join(directory, '.'), constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
