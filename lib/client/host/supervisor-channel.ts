import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import type { StartedProcess } from '../../private/process';
import { LinkFailure } from './link-failure';
import type { SshLink } from './ssh-link';
import { NoAnswer, SupervisorReply } from './supervisor-reply';
import { lastLines, tail } from '../report/tail';

/** ssh's own status for anything that went wrong with the connection. */
const SSH_FAILED = 255;

/** How long a host may take to notice that a payload ended in the middle. */
const ABANDONED_SECONDS = 10;

/** Above this Node's timers fire at once. */
const MAX_TIMER_MILLISECONDS = 2 ** 31 - 1;

/** One verb for the supervisor. */
export interface SupervisorCall {
  readonly verb: string;
  /** Header lines after format and verb; a key may come more than once. */
  readonly header?: readonly (readonly [key: string, value: string | number])[];
  /** Bytes after the header, or what writes them. @default - none */
  readonly payload?: Buffer | string | ((stdin: Writable) => Promise<void>);
  /** Over a login of its own. @default false */
  readonly fresh?: boolean;
  /** @default - no limit */
  readonly timeoutSeconds?: number;
  /** How long the first event may take. @default - as long as the whole */
  readonly answerSeconds?: number;
  /** How long the answer may take when all input was sent. @default - no limit */
  readonly finishSeconds?: number;
  /** Told of each event as it arrives. */
  readonly onEvent?: (key: string, value: string) => void;
}

/**
 * The host's half, as the client sees it: each verb is one command that reads the supervisor's text from its input,
 * so that nothing has to be there before and nothing is written by verbs that only read.
 */
export class Supervisor {
  private readonly command: string;

  constructor(
    private readonly link: SshLink,
    private readonly text: Buffer,
    privilegeEscalation: 'none' | 'sudo',
  ) {
    // One argument without anything that sh, fish, csh and nushell read differently.
    const shell = `sh -c 'SUPERVISOR=$(head -c ${text.length}); eval "$SUPERVISOR"'`;
    this.command = privilegeEscalation === 'sudo' ? `exec sudo -n ${shell}` : `exec ${shell}`;
  }

  /** Runs one verb to its end. Throws Refusal, NoAnswer or LinkFailure. */
  async call(call: SupervisorCall): Promise<SupervisorReply> {
    const remote = this.link.start(this.command, { fresh: call.fresh });
    const limit = new Limit(remote, call.answerSeconds ?? call.timeoutSeconds);
    const reply = new SupervisorReply();
    const stderr = tail(remote.stderr);
    const reading = read(remote, reply, (first, ...event) => {
      if (first && call.answerSeconds !== undefined) limit.set(call.timeoutSeconds);
      call.onEvent?.(...event);
    });
    // Looked at below; until then a broken channel is not an error that nobody handles.
    reading.catch(() => undefined);
    const failure = await this.write(remote, call).catch((error: Error) => {
      // The host sees an incomplete input and says so; a dead connection does not even do that.
      remote.stdin.destroy();
      limit.set(ABANDONED_SECONDS);
      return error;
    });
    if (failure === undefined && call.finishSeconds !== undefined) limit.set(call.finishSeconds);
    await reading;
    const { exitCode } = await remote;
    limit.clear();
    if (failure !== undefined && reply.refusal === undefined && !isClosedPipe(failure)) throw failure;
    return conclude(call.verb, reply, exitCode, stderr(), limit.expired);
  }

  private async write(remote: StartedProcess, call: SupervisorCall): Promise<undefined> {
    const { stdin } = remote;
    // A closed channel shows in the exit status, with its reason.
    stdin.on('error', () => undefined);
    const header = [['format', 1], ['verb', call.verb], ...(call.header ?? [])];
    stdin.write(this.text);
    stdin.write(`${header.map(([key, value]) => `${key}=${value}`).join('\n')}\n\n`);
    if (typeof call.payload === 'function') await call.payload(stdin);
    else if (call.payload !== undefined) stdin.write(call.payload);
    stdin.end();
    return undefined;
  }
}

/** Ends a process that takes too long. */
class Limit {
  expired = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly remote: StartedProcess,
    seconds: number | undefined,
  ) {
    this.set(seconds);
  }

  /** From now on; nothing for no limit. */
  set(seconds: number | undefined): void {
    this.clear();
    if (seconds === undefined) return;
    this.timer = setTimeout(
      () => {
        this.expired = true;
        this.remote.kill('SIGKILL');
      },
      Math.min(seconds * 1000, MAX_TIMER_MILLISECONDS),
    );
  }

  clear(): void {
    clearTimeout(this.timer);
  }
}

/** The other side went away while we wrote; why, it says itself. */
function isClosedPipe(error: NodeJS.ErrnoException): boolean {
  return ['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'].includes(error.code ?? '');
}

type Listener = (first: boolean, key: string, value: string) => void;

async function read(remote: StartedProcess, reply: SupervisorReply, listener: Listener): Promise<void> {
  let first = true;
  for await (const line of createInterface({ input: remote.stdout, crlfDelay: Infinity })) {
    const event = reply.take(line);
    if (event === undefined) continue;
    listener(first, ...event);
    first = false;
  }
}

function conclude(
  verb: string,
  reply: SupervisorReply,
  exitCode: number | undefined,
  stderr: string,
  expired: boolean,
): SupervisorReply {
  if (reply.refusal !== undefined) throw reply.refusal;
  if (reply.get('end') === verb) return reply;
  if (expired) throw new LinkFailure('timeout', `no answer to ${verb} in time`);
  if (exitCode === SSH_FAILED || exitCode === undefined) throw LinkFailure.fromStderr(stderr);
  throw new NoAnswer(exitCode, [...reply.noise.slice(-5), ...lastLines(stderr, 5)]);
}
