import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { type Escalation, escalationNamed } from '../../job/escalation';
import type { SshConnection } from '../../job/job';
import { cutOff, type StartedProcess } from '../../private/process';
import { boundedLines } from './bounded-lines';
import { LinkFailure } from './link-failure';
import { type Cues, type Password, PasswordDialog, randomCues } from './password-dialog';
import type { SshLink } from './ssh-link';
import { NoReply, SupervisorReply } from './supervisor-reply';
import { lastLines, tail } from '../report/text';

/** ssh's own status for anything that went wrong with the connection. */
const SSH_FAILED = 255;

/** How long a host may take to notice a payload that ended early. */
const ABANDONED_SECONDS = 10;

/** Above this Node's timers fire at once. */
const MAX_TIMER_MILLISECONDS = 2 ** 31 - 1;

export type EventListener = (key: string, value: string) => void;

/** One verb for the supervisor. */
export interface SupervisorCall {
  readonly verb: string;
  /** Header lines after format, call and verb; a key may come more than once. */
  readonly header?: readonly (readonly [key: string, value: string | number])[];
  /** Bytes after the header, or what writes them. @default - none */
  readonly payload?: Buffer | string | ((stdin: Writable) => Promise<void>);
  /** Over a login of its own. @default false */
  readonly isFresh?: boolean;
  /** @default - no limit */
  readonly timeoutSeconds?: number;
  /** How long the first event may take. @default - as long as the whole call */
  readonly replySeconds?: number;
  /** How long the rest may take after all input was sent. @default - no limit */
  readonly finishSeconds?: number;
  /** Called for each event as it arrives. */
  readonly onEvent?: EventListener;
}

/**
 * The host's half, as the client sees it. Each verb is one command that reads the supervisor's text from its input: the
 * host needs nothing of ours beforehand, and a verb that only reads writes nothing.
 */
export class SupervisorChannel {
  /** @param folder holds supervisor.sh @param password for sudo, if it needs one */
  static over(link: SshLink, connection: SshConnection, folder: string, password?: Password): SupervisorChannel {
    const text = readFileSync(path.join(folder, 'supervisor.sh'));
    return new SupervisorChannel(link, text, escalationNamed(connection.privilegeEscalation), password);
  }

  constructor(
    private readonly link: SshLink,
    private readonly text: Buffer,
    private readonly escalation: Escalation,
    /** For an escalation that asks for it. */
    private readonly password?: Password,
  ) {}

  /** Runs one verb to its end. Throws Refusal, NoReply or LinkFailure. */
  async call(call: SupervisorCall): Promise<SupervisorReply> {
    const cues = this.password && randomCues();
    const remote = this.link.start(this.command(cues), { isFresh: call.isFresh });
    const limit = new Limit(remote, call.replySeconds ?? call.timeoutSeconds);
    const mark = randomBytes(8).toString('hex');
    const reply = new SupervisorReply(mark);
    const stderr = tail(remote.stderr);
    const dialog = cues && this.password && new PasswordDialog(remote, cues, limit.without(this.password));
    const reading = read(remote, reply, dialog, (first, ...event) => {
      if (first && call.replySeconds !== undefined) limit.set(call.timeoutSeconds);
      call.onEvent?.(...event);
    });
    // It is awaited below. A host that prints too much would wait for a reader otherwise.
    reading.catch(() => limit.end());
    const failure = await this.write(remote, mark, call, dialog).catch((error: Error) => {
      // The host notices an incomplete input and reports it; a dead connection reports nothing.
      remote.stdin.destroy();
      limit.set(ABANDONED_SECONDS);
      return error;
    });
    if (failure === undefined && call.finishSeconds !== undefined) limit.set(call.finishSeconds);
    const end = await reading
      .catch((error: unknown) => limit.rethrowUnlessExpired(error))
      .then(() => remote)
      .finally(() => this.settle(limit, call));
    if (failure !== undefined && reply.refusal === undefined && !isClosedPipe(failure)) throw failure;
    const said = cues === undefined ? stderr() : stderr().replaceAll(cues.prompt, '');
    const talk = { stderr: said, isRefused: dialog?.isRefused ?? false };
    return outcomeOf(call, reply, end, talk, limit.expired);
  }

  private command(cues: Cues | undefined): string {
    // One argument without anything that sh, fish, csh and nushell read differently.
    const program = `SUPERVISOR=$(head -c ${this.text.length}); eval "$SUPERVISOR"`;
    const argument = cues === undefined ? program : `echo ${cues.begun}; ${program}`;
    return ['exec', ...this.escalation.wrap(['sh', '-c', `'${argument}'`], cues?.prompt)].join(' ');
  }

  /** The master would hold the pipes of a command that we cut off, and keep it running: the master is ended, too. */
  private async settle(limit: Limit, { isFresh }: SupervisorCall): Promise<void> {
    limit.clear();
    if (limit.cutOff && !isFresh) await this.link.close();
  }

  private async write(
    remote: StartedProcess,
    mark: string,
    call: SupervisorCall,
    dialog: PasswordDialog | undefined,
  ): Promise<undefined> {
    const { stdin } = remote;
    // A closed channel shows in the exit status, with its reason.
    stdin.on('error', () => undefined);
    if ((await dialog?.begun) === false) return undefined;
    const header = [['format', 1], ['call', mark], ['verb', call.verb], ...(call.header ?? [])];
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
  /** The process did not end by itself. */
  cutOff = false;
  private timer: NodeJS.Timeout | undefined;
  private isOver = false;

  constructor(
    private readonly remote: StartedProcess,
    private seconds: number | undefined,
  ) {
    this.set(seconds);
  }

  /** Starts again; undefined for no limit. */
  set(seconds: number | undefined): void {
    clearTimeout(this.timer);
    this.seconds = seconds;
    if (seconds === undefined || this.isOver) return;
    this.timer = setTimeout(
      () => {
        this.expired = true;
        this.end();
      },
      Math.min(seconds * 1000, MAX_TIMER_MILLISECONDS),
    );
  }

  end(): void {
    this.cutOff = true;
    cutOff(this.remote);
  }

  /** When we end a process, reading from it fails. That is no failure of its own. */
  rethrowUnlessExpired(error: unknown): void {
    if (!this.expired) throw error;
  }

  /** The same work, without a limit while it is done, and with all of it again afterwards. */
  without<Result>(work: () => Promise<Result>): () => Promise<Result> {
    return async () => {
      clearTimeout(this.timer);
      return work().finally(() => this.set(this.seconds));
    };
  }

  clear(): void {
    this.isOver = true;
    clearTimeout(this.timer);
  }
}

/** The other side went away while we wrote. Its own reply has the reason. */
function isClosedPipe(error: NodeJS.ErrnoException): boolean {
  return ['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'].includes(error.code ?? '');
}

async function read(
  remote: StartedProcess,
  reply: SupervisorReply,
  dialog: PasswordDialog | undefined,
  listener: (first: boolean, key: string, value: string) => void,
): Promise<void> {
  let first = true;
  for await (const line of boundedLines(remote.stdout)) {
    if (dialog?.take(line)) continue;
    const event = reply.take(line);
    if (event === undefined) continue;
    listener(first, ...event);
    first = false;
  }
}

function outcomeOf(
  { verb, isFresh }: SupervisorCall,
  reply: SupervisorReply,
  { exitCode, code }: { readonly exitCode?: number; readonly code?: string },
  { stderr, isRefused }: { readonly stderr: string; readonly isRefused: boolean },
  expired: boolean,
): SupervisorReply {
  if (reply.refusal !== undefined) throw reply.refusal;
  if (reply.get('end') === verb) return reply;
  // For a login of its own, only what came back shows that it worked.
  const loggedIn = !isFresh || !reply.isEmpty;
  if (expired) throw new LinkFailure(loggedIn ? 'stuck' : 'timeout', `no reply to ${verb} in time`);
  if (exitCode === SSH_FAILED || exitCode === undefined) throw LinkFailure.fromStderr(stderr, code);
  throw new NoReply(exitCode, [...reply.noise.slice(-5), ...lastLines(stderr, 5)], isRefused);
}
