import type { Writable } from 'node:stream';
import type { GoalName } from '../../job/goal';
import type { SshConnection } from '../../job/job';
import type { Delivery } from './delivered-files';
import { type Compression, HostState } from './host-state';
import type { LinkFailure } from './link-failure';
import type { Password } from './password-dialog';
import { SshLink } from './ssh-link';
import { type EventListener, SupervisorChannel } from './supervisor-channel';
import { Refusal, type SupervisorReply } from './supervisor-reply';
import type { Workspace } from './workspace';

const SHORT_CALL_SECONDS = 60;
/** For the reply to one question about a transaction, on top of the login. */
const STATUS_SECONDS = 30;
const STAGE_SECONDS = 120;
/** On top of the limit for the boot loader's installer: the host also flushes up to three file systems. */
const ADOPT_SECONDS = 400;
/** The whole closure may have to be read again. */
const VERIFY_SECONDS = 3600;
/** The host ends an import that makes no progress for this long. */
const HOST_STALL_SECONDS = 60;
/** After the last byte of a copy: the host writes and registers the last path, which may be large. */
const FINISH_SECONDS = 600;

/** Names of one transaction. Both are random: nobody but us can confirm it. */
interface TransactionIds {
  readonly id: string;
  readonly nonce: string;
}

/** A system that a host is asked to activate and to keep when it is confirmed. */
export interface TransactionRequest extends TransactionIds {
  readonly toplevel: string;
  /** The system that the host has to run, or else it refuses. */
  readonly expectedRunning: string;
  readonly goal: GoalName;
  readonly activationTimeoutSeconds: number;
  readonly confirmTimeoutSeconds: number;
  /** Between two proofs; 0 for one proof. */
  readonly settleSeconds: number;
  readonly delivery: Delivery;
  /** Who deploys, for others who find the host busy. */
  readonly by: string;
  /** Header lines that name the owner of the host from the commit on. */
  readonly ownership: readonly HeaderLine[];
}

/** A system that a host runs already. */
export type Adoption = Pick<TransactionRequest, 'toplevel' | 'by' | 'ownership' | 'activationTimeoutSeconds'> & {
  readonly filesDigest: string;
};

type HeaderLine = readonly [key: string, value: string];

/** The store paths of one system on their way to the host. */
interface StagedClosure {
  readonly toplevel: string;
  readonly paths: readonly string[];
}

/** One export of store paths. */
interface ClosureStream {
  readonly compression: Compression;
  /** Writes the export, and returns when it is written. */
  readonly write: (stdin: Writable) => Promise<void>;
  /** Called when the host waits for another copy to end. */
  readonly onWait: () => void;
}

/** A check of the copied paths, before a system is started. */
interface Verification {
  readonly toplevel: string;
  readonly goal: GoalName;
  /** The paths whose content is compared; `all` for the whole closure. */
  readonly paths: readonly string[] | 'all';
  /** Called with the number of paths when the host compares the whole closure. */
  readonly onWhole: (count: string) => void;
}

/**
 * A session with one host: the connection, and the supervisor's verbs over it. It needs no deployment. Each verb throws
 * Refusal, NoReply or LinkFailure.
 */
export class HostSession {
  /** A session that is not connected yet. @param folder holds supervisor.sh @param password for sudo, if it needs one */
  static unconnected(
    connection: SshConnection,
    workspace: Workspace,
    folder: string,
    password?: Password,
  ): HostSession {
    const link = new SshLink(connection, workspace);
    return new HostSession(link, SupervisorChannel.over(link, connection, folder, password));
  }

  constructor(
    private readonly link: SshLink,
    private readonly channel: SupervisorChannel,
  ) {}

  /** For programs that use ssh themselves, by -F. */
  get configFile(): string {
    return this.link.configFile;
  }

  /** Logs in, and waits for a host that does not reply yet. @throws LinkFailure */
  connect(onRetry: (failure: LinkFailure, secondsLeft: number) => void): Promise<void> {
    return this.link.open(onRetry);
  }

  /** Logs in again when the connection is gone. @throws LinkFailure */
  reconnect(): Promise<void> {
    return this.link.reopen();
  }

  close(): Promise<void> {
    return this.link.close();
  }

  /** Changes nothing on the host. */
  async inspect(): Promise<HostState> {
    return new HostState(await this.channel.call({ verb: 'inspect', timeoutSeconds: SHORT_CALL_SECONDS }));
  }

  /** Protects the paths from the host's garbage collector. Returns the ones that the host does not have. */
  async stage(id: string, { toplevel, paths }: StagedClosure): Promise<string[]> {
    const header = [['id', id] as const, ['toplevel', toplevel] as const];
    const payload = pathList(paths);
    const reply = await this.channel.call({ verb: 'stage', header, payload, timeoutSeconds: STAGE_SECONDS });
    return reply.all('missing');
  }

  /** Imports an export of store paths. */
  async receive(id: string, stream: ClosureStream): Promise<void> {
    await this.channel.call({
      verb: 'receive',
      header: [
        ['id', id],
        ['compression', stream.compression],
        ['stall-seconds', HOST_STALL_SECONDS],
      ],
      payload: stream.write,
      onEvent: (key) => key === 'waiting' && stream.onWait(),
      finishSeconds: FINISH_SECONDS,
    });
  }

  /** Writes the paths to the disk and compares them. Returns the damaged ones, which the host has removed. */
  async verify(id: string, { toplevel, goal, paths, onWhole }: Verification): Promise<string[]> {
    const call = this.channel.call({
      verb: 'verify',
      header: [
        ['id', id],
        ['toplevel', toplevel],
        ['goal', goal],
        ['all', paths === 'all' ? 'yes' : 'no'],
      ],
      payload: pathList(paths === 'all' ? [] : paths),
      onEvent: (key, count) => key === 'verifying' && onWhole(count),
      timeoutSeconds: VERIFY_SECONDS,
    });
    return (await call.catch(damageReport)).all('damaged');
  }

  /** Starts a transaction and follows it until the host waits for the proof or it is over. */
  start(request: TransactionRequest, timeoutSeconds: number, onEvent?: EventListener): Promise<SupervisorReply> {
    const { delivery } = request;
    return this.channel.call({
      verb: 'start',
      header: [
        ['id', request.id],
        ['toplevel', request.toplevel],
        ['expected-running', request.expectedRunning],
        ['goal', request.goal],
        ['activation-seconds', request.activationTimeoutSeconds],
        ['confirm-seconds', request.confirmTimeoutSeconds],
        ['settle-seconds', request.settleSeconds],
        ['nonce', request.nonce],
        ['files-digest', delivery.digest],
        ['by', request.by],
        ...request.ownership,
        ...delivery.header,
      ],
      payload: delivery.payload,
      timeoutSeconds,
      onEvent,
    });
  }

  /** Proves that a new login works. Follows the transaction to its end, or until it waits for another proof. */
  confirm({ id, nonce }: TransactionIds, timeoutSeconds: number, onEvent?: EventListener): Promise<SupervisorReply> {
    return this.channel.call({
      verb: 'confirm',
      header: [
        ['id', id],
        ['nonce', nonce],
      ],
      isFresh: true,
      replySeconds: this.link.loginSeconds,
      timeoutSeconds,
      onEvent,
    });
  }

  /** How far a transaction is, over a new login. The reply names the transaction that the host's journal has. */
  status(id: string, onEvent?: EventListener): Promise<SupervisorReply> {
    return this.channel.call({
      verb: 'status',
      header: [['id', id]],
      isFresh: true,
      timeoutSeconds: this.link.loginSeconds + STATUS_SECONDS,
      onEvent,
    });
  }

  /** Makes the running system the boot default, and records it as deployed. */
  async adopt({ toplevel, filesDigest, by, ownership, activationTimeoutSeconds }: Adoption): Promise<void> {
    await this.channel.call({
      verb: 'adopt',
      header: [
        ['toplevel', toplevel],
        ['files-digest', filesDigest],
        ['activation-seconds', activationTimeoutSeconds],
        ['by', by],
        ...ownership,
      ],
      timeoutSeconds: activationTimeoutSeconds + ADOPT_SECONDS,
    });
  }
}

function pathList(paths: readonly string[]): string {
  return `${paths.map((storePath) => `${storePath}\n`).join('')}\n`;
}

/** The reply in a refusal that names damaged paths. */
function damageReport(error: unknown): SupervisorReply {
  if (error instanceof Refusal && error.code === 'damaged' && error.reply.all('damaged').length > 0) return error.reply;
  throw error;
}
