import type { Readable } from 'node:stream';
import { cutOffSession, type StartedProcess, userProgram } from '../../private/process';
import { displayFile } from '../../validation/display';
import { tail } from '../report/text';
import { MAX_BYTES, SIZE, Unreadable } from './unreadable';

/** Time for a service far away, or for a key that somebody has to touch. */
const LIMIT_SECONDS = 120;

/** What is known of a program that is not the user's own choice. */
interface ProgramOptions {
  /** How to get it, when it is missing. */
  readonly install?: string;
  /** @default 120 */
  readonly limitSeconds?: number;
}

/**
 * What a program of the user prints, byte for byte. It has the environment of the user and runs in the folder that
 * Terraform runs in. It can ask nothing: its input is closed, and it has no terminal. No message has its output or its
 * arguments. It ends with us, with all that it started.
 *
 * @throws Unreadable
 */
export async function outputOf(argv: readonly string[], options: ProgramOptions = {}): Promise<Buffer> {
  const { limitSeconds = LIMIT_SECONDS, install } = options;
  const [program = '', ...args] = argv;
  const child = userProgram(program).start(args, { ownSession: 'ends-with-us' });
  child.stdin.on('error', () => undefined);
  child.stdin.end();
  const stderr = tail(child.stderr);
  const limited = { isLate: false };
  const timer = setTimeout(() => {
    limited.isLate = true;
    cutOffSession(child);
  }, limitSeconds * 1000);
  const { output, isLong } = await boundedOutput(child);
  const { exitCode, signal, code } = await child.finally(() => clearTimeout(timer));
  const refuse = refusal(program, { stderr: stderr(), output });
  if (code !== undefined && exitCode === undefined && signal === undefined) throw notStarted(program, code, install);
  if (isLong) throw refuse('printed more than 1 MiB', 'is it the right command? it should print the secret alone');
  if (limited.isLate) throw refuse(`did not finish within ${limitSeconds} s`, BY_HAND);
  if (signal !== undefined) throw refuse(`was ended by ${signal}`, BY_HAND);
  if (exitCode !== 0) throw refuse(`ended with status ${exitCode}`, BY_HAND);
  return output;
}

const BY_HAND =
  'run it as the user who applies, in the folder of the stack: here it has no input and no terminal, so it cannot ask ' +
  'for a passphrase (unlock a password store or an agent before the apply)';

function refusal(program: string, printed: { readonly stderr: string; readonly output: Buffer }) {
  return (flaw: string, fix: string): Unreadable => {
    const given = `the program ${displayFile(program)}, which ${flaw}`;
    return new Unreadable({ given, expected: `a program that prints ${SIZE} and ends with status 0`, fix }, printed);
  };
}

function notStarted(program: string, code: string, install: string | undefined): Unreadable {
  const isMissing = code === 'ENOENT';
  const flaw = isMissing ? 'is not installed or not on PATH' : `cannot be started (${code})`;
  const given = `the program ${displayFile(program)}, which ${flaw}`;
  const fix = isMissing
    ? (install ?? 'install it on the machine that applies, or give its absolute path')
    : 'give a program that the user who applies may run';
  return new Unreadable({ given, expected: `a program that prints ${SIZE}`, fix }, { isMissing });
}

/** The beginning of the output, as much as a secret may have. A program that prints more is cut off. */
async function boundedOutput(child: StartedProcess): Promise<{ readonly output: Buffer; readonly isLong: boolean }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of child.stdout as Readable as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MAX_BYTES) break;
    }
  } catch {
    // It was cut off at its limit.
  }
  const isLong = bytes > MAX_BYTES;
  if (isLong) cutOffSession(child);
  return { output: Buffer.concat(chunks), isLong };
}
