import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** The output and exit status of a command; a status other than 0 is a result too. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** @default - no input */
  readonly input?: string | Buffer;
  /** The whole environment of the command. @default - PATH only */
  readonly env?: { readonly [name: string]: string };
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Runs one program of the machine to its end. */
export async function run(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const child = launch(program, args, ['pipe', 'pipe', 'pipe'], options.env);
  const exited = exitOf(child, program);
  child.stdin!.on('error', () => undefined).end(options.input ?? '');
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout!), text(child.stderr!), exited]);
  return { exitCode, stdout, stderr };
}

/** Like {@link run}, for commands that must not fail: returns what it printed. */
export async function mustRun(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const result = await run(program, args, options);
  if (result.exitCode !== 0) {
    throw new Error(`${program} ${args.join(' ')} exited with ${result.exitCode}: ${result.stderr || result.stdout}`);
  }
  return result.stdout;
}

/** Starts a program that outlives the call; it leads a session of its own, away from the terminal's signals. */
export function launch(
  program: string,
  args: readonly string[],
  stdio: StdioOptions,
  env: { readonly [name: string]: string } = {},
): ChildProcess {
  return spawn(program, args, { env: { PATH, ...env }, stdio, cwd: '/', detached: true });
}

/** @returns the status that a process ends with; 128 + 9 for one that was killed */
function exitOf(child: ChildProcess, program: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`${program} could not start: ${error.message}`)));
    child.once('close', (code) => resolve(code ?? 137));
  });
}
