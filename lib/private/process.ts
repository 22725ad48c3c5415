import { execa, execaSync } from './execa';

/**
 * The only door to other processes: argv arrays, never a shell; an environment with only what the program needs.
 * Programs are named here, so that a reader of a call sees which one it starts.
 */

/** The end of one process, and its output. */
export interface ProcessResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How one call differs from the usual: inherited directory, no input, no limit. */
export interface ProcessOptions {
  readonly cwd?: string;
  readonly input?: string;
  /** Variables on top of the program's allowed ones. */
  readonly env?: { readonly [name: string]: string };
  /** @default - no limit */
  readonly timeoutSeconds?: number;
}

/** Options of a process that is handed over to the caller, who writes its input. */
export interface StartOptions extends Omit<ProcessOptions, 'input'> {
  /**
   * It leads a session of its own, without a terminal; all of that session outlives us, or ends with us.
   * @default - it is in our session, and ends with us
   */
  readonly ownSession?: 'outlives-us' | 'ends-with-us';
}

/** A program that could not be started, exceeded its limit, or was ended by a signal; an exit status is a result. */
export class ProcessError extends Error {
  constructor(
    message: string,
    readonly program: string,
    /** Its output until it ended; undefined when it never started. */
    readonly result?: ProcessResult,
    /** The signal that ended it; undefined for any other cause. */
    readonly signal?: string,
  ) {
    super(message);
    this.name = 'ProcessError';
  }

  static missing(program: string): ProcessError {
    return new ProcessError(`${program} is not installed or not on PATH`, program);
  }

  /** The program is not on PATH. */
  get missing(): boolean {
    return this.result === undefined;
  }
}

/*
 * The one rule of which program gets which environment variables (docs/deploy-client.md, "Environment"): every program
 * gets COMMON, and what it or a program that it starts is documented to read for its own work, by the lists below.
 * Nobody gets the rest: credentials of clouds, variables of Terraform, variables that point Git at another repository.
 * A variable that holds a secret is for the programs that the user names alone, whatever the lists say.
 */

let secretVariables: readonly string[] = [];

/** From now on no program gets these variables, but for those that the user names. */
export function withholdVariables(names: readonly string[]): void {
  secretVariables = names;
}

/** Variables that any program may see. */
const COMMON = /^(PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|LANG|LC_.*|TZ|SSH_AUTH_SOCK|XDG_.*)$/;
const NETWORK =
  /^(https?_proxy|no_proxy|all_proxy|HTTPS?_PROXY|NO_PROXY|ALL_PROXY|SSL_CERT_(FILE|DIR)|CURL_CA_BUNDLE)$/;

/** Learns of every asynchronous child, in order to clean up after a killed parent. */
interface ProcessObserver {
  /** @param id as kill takes it: negative for a process with all that it starts */
  started(id: number): void;
  ended(id: number): void;
}

let observer: ProcessObserver | undefined;

/** From now on `seen` learns of every asynchronous child. With `undefined` nobody does. */
export function observeProcesses(seen: ProcessObserver | undefined): void {
  observer = seen;
}

const MAX_BUFFER_BYTES = 256 * 1024 * 1024;

class Tool {
  constructor(
    private readonly program: string,
    private readonly allowed: readonly RegExp[],
    private readonly getsSecrets = false,
  ) {}

  /** Runs to the end, synchronously; any exit status is a result. @throws ProcessError when it cannot start or takes too long */
  captureSync(args: readonly string[], options: ProcessOptions = {}): ProcessResult {
    return this.finished(options, execaSync(this.program, args, this.execaOptions(options)));
  }

  /** Runs to the end; any exit status is a result. @throws ProcessError when it cannot start or takes too long */
  async capture(args: readonly string[], options: ProcessOptions = {}): Promise<ProcessResult> {
    const child = execa(this.program, args, this.execaOptions(options));
    return this.finished(options, await observed(child));
  }

  /**
   * Starts and hands over the process with its streams; the caller reads both outputs and ends it.
   * Its promise never rejects. A process that outlives us is not observed.
   */
  start(args: readonly string[], options: StartOptions = {}) {
    const { ownSession } = options;
    const child = execa(this.program, args, {
      ...this.execaOptions(options),
      input: undefined,
      stdin: 'pipe',
      buffer: false,
      encoding: 'buffer',
      detached: ownSession !== undefined,
    } as const);
    return ownSession === 'outlives-us' ? child : observed(child, ownSession === 'ends-with-us');
  }

  private execaOptions(options: ProcessOptions) {
    return {
      cwd: options.cwd,
      input: options.input ?? '',
      env: { ...this.environment(), ...options.env },
      extendEnv: false,
      reject: false,
      stripFinalNewline: true,
      maxBuffer: MAX_BUFFER_BYTES,
      timeout: options.timeoutSeconds === undefined ? undefined : options.timeoutSeconds * 1000,
      killSignal: 'SIGKILL',
    } as const;
  }

  private environment(): { [name: string]: string } {
    const withheld = this.getsSecrets ? [] : secretVariables;
    const isGiven = (name: string) => !withheld.includes(name) && this.allowed.some((pattern) => pattern.test(name));
    const entries = Object.entries(process.env).filter(([name]) => isGiven(name));
    return Object.fromEntries(entries) as { [name: string]: string };
  }

  private finished(options: ProcessOptions, raw: RawResult): ProcessResult {
    const result = { exitCode: raw.exitCode ?? -1, stdout: raw.stdout ?? '', stderr: raw.stderr ?? '' };
    if (raw.code === 'ENOENT') throw ProcessError.missing(this.program);
    if (raw.timedOut) {
      const message = `${this.program} did not finish within ${options.timeoutSeconds} s`;
      throw new ProcessError(message, this.program, result);
    }
    if (raw.exitCode === undefined) {
      const cause = raw.signal ? `was ended by ${raw.signal}` : `could not run: ${raw.shortMessage ?? 'unknown cause'}`;
      throw new ProcessError(`${this.program} ${cause}`, this.program, result, raw.signal);
    }
    return result;
  }
}

function observed<Child extends Promise<unknown> & { readonly pid?: number }>(child: Child, isGroup = false): Child {
  const { pid } = child;
  if (pid === undefined) return child;
  const id = isGroup ? -pid : pid;
  observer?.started(id);
  void child.then(() => observer?.ended(id));
  return child;
}

interface RawResult {
  readonly exitCode?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly code?: string;
  readonly signal?: string;
  readonly timedOut?: boolean;
  readonly shortMessage?: string;
}

/** How Git and its ssh connect, and what they trust. Not GIT_DIR and its like: a hook sets them for its own repository. */
const GIT =
  /^(GIT_(SSH(_COMMAND|_VARIANT)?|SSL_.*|HTTP_.*|PROXY_.*|CONFIG_.*|ASKPASS|TERMINAL_PROMPT|ALLOW_PROTOCOL|PROTOCOL.*|TRACE.*)|SSH_ASKPASS(_REQUIRE)?|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY)$/;
/** Nix fetches by Git. Without NIX_PATH: only an evaluation that asks for it gets it. */
const NIX = [COMMON, NETWORK, GIT, /^(NIX_(?!PATH$).*|GC_.*)$/];
/** Realising may read a private binary cache (S3, netrc), so it also gets the variables of AWS. */
const NIX_REALISE = [...NIX, /^AWS_.*$/];

export const nix = new Tool('nix', NIX);
export const nixInstantiate = new Tool('nix-instantiate', NIX);
export const nixStore = new Tool('nix-store', NIX_REALISE);
export const git = new Tool('git', [COMMON, NETWORK, GIT]);
export const ssh = new Tool('ssh', [COMMON]);
export const sshAdd = new Tool('ssh-add', [COMMON]);
export const sshKeygen = new Tool('ssh-keygen', [COMMON]);
export const sh = new Tool('sh', [COMMON]);
export const zstd = new Tool('zstd', [COMMON]);

/** A program that the user names: it gets the environment of the user, without our job. */
export function userProgram(name: string): Tool {
  return new Tool(name, [/^(?!CDKTF_NIXOS_JOB$)/], true);
}

/** A process that `start` handed over to its caller. */
export type StartedProcess = ReturnType<Tool['start']>;

/**
 * Ends a process at once, and every wait for it. One that outlives it may hold the other ends of its pipes, so ours are
 * closed.
 */
export function cutOff(started: StartedProcess): void {
  started.kill('SIGKILL');
  for (const stream of [started.stdin, started.stdout, started.stderr]) stream.destroy();
}

/** Ends a session at once, with all that it started. */
export function cutOffSession(leader: StartedProcess): void {
  try {
    if (leader.pid !== undefined) process.kill(-leader.pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
  cutOff(leader);
}
