import { setTimeout as pause } from 'node:timers/promises';
import type { DeliveredFiles } from '../../host/delivered-files';
import type { HostState } from '../../host/host-state';
import type { DeploymentJob } from '../../../job/job';
import { LinkFailure } from '../../host/link-failure';
import type { Report } from '../../report/report';
import { REFUSED_RETRY_MILLISECONDS, type SshLink } from '../../host/ssh-link';
import type { Supervisor, SupervisorCall } from '../../host/supervisor-channel';
import { NoAnswer, Refusal, type SupervisorReply } from '../../host/supervisor-reply';
import { isOver, type TransactionState, transactionState } from '../../host/transaction-state';

const RETRY_MILLISECONDS = 1000;
/** Logins that are tried at least before a host gives up waiting for the proof. */
const TRIES_TO_PROVE = 4;
/** For the answer to one question about a transaction. */
const STATUS_SECONDS = 30;
/** How often it is said that a host is still not reached. */
const REMINDER_SECONDS = 20;
/** What a host's steps may take that have limits of their own. */
const HOST_STEPS_SECONDS = 900;
const PATIENCE: Patience = { slackSeconds: 180, startSeconds: 30 };

const STEPS: { readonly [state in TransactionState]?: readonly [step: string, text: string] } = {
  activating: ['activate', 'switching to the new system'],
  waiting: ['confirm', 'proving a new login'],
  committing: ['commit', 'setting the profile and the boot default'],
  'rolling-back': ['roll back', 'the host goes back to the system before'],
};

/** How much longer than by its own limits a host is waited for. */
interface Patience {
  /** For a host that may have to restart as the last way back. */
  readonly slackSeconds: number;
  /** How long it may show no trace of a transaction that was sent to it. */
  readonly startSeconds: number;
}

/** Names of one transaction. Both are random: nobody but us can confirm it. */
export interface TransactionIds {
  readonly id: string;
  readonly nonce: string;
}

/** How a transaction ended, as far as we could learn. */
export interface ActivationEnd {
  /** What the host last said; nothing when it never answered again. */
  readonly reply: SupervisorReply | undefined;
  /** Nothing when the deadline passed without an answer. */
  readonly state: TransactionState | undefined;
  /** Why the host could not be reached the last time that it was tried; nothing when it answered. */
  readonly failure: LinkFailure | undefined;
  /** Why the new login that should have proven the system did not work. */
  readonly refusedLogin: LinkFailure | undefined;
}

/**
 * Starts the transaction and sees it through. The work connection may die on the way (a restart of the network is normal):
 * from then on the host is asked over new ones, until the time is over in which it must have decided by itself.
 */
export class Activation {
  private state: TransactionState | undefined;
  private reply: SupervisorReply | undefined;
  private failure: LinkFailure | undefined;
  private refusedLogin: LinkFailure | undefined;
  private readonly begun = Date.now();
  private lastAnswer = this.begun;
  private waitingSince: number | undefined;
  /** The host has named a state of our transaction. */
  private begunThere = false;

  constructor(
    private readonly supervisor: Supervisor,
    private readonly link: SshLink,
    private readonly job: DeploymentJob,
    private readonly ids: TransactionIds,
    private readonly report: Report,
    private readonly patience: Patience = PATIENCE,
  ) {}

  /** Throws Refusal when the host doesn't take the transaction on. */
  async run(host: HostState, files: DeliveredFiles, by: string): Promise<ActivationEnd> {
    await this.start(host, files, by);
    while (!isOver(this.state) && this.secondsLeft > 0) {
      if (this.state === 'waiting') await this.confirm();
      else await this.askAgain(host);
    }
    const { reply, state, failure, refusedLogin } = this;
    return { reply, state, failure, refusedLogin };
  }

  private async start(host: HostState, files: DeliveredFiles, by: string): Promise<void> {
    const { id, nonce } = this.ids;
    const call = {
      verb: 'start',
      header: [
        ['id', id],
        ['toplevel', this.job.toplevel],
        ['expected-running', host.running],
        ['goal', this.job.goal],
        ['activation-seconds', this.job.activationTimeoutSeconds],
        ['confirm-seconds', this.job.confirmTimeoutSeconds],
        ['nonce', nonce],
        ['files-digest', files.digest],
        ['by', by],
        ...files.header,
      ],
      payload: files.payload,
      timeoutSeconds: decisionSeconds(this.job),
    } as const;
    await this.attempt(call).catch((error: unknown) => {
      if (!(error instanceof Refusal) || this.state === undefined) throw error;
      // It had begun: only the host knows how it ends.
      this.state = undefined;
    });
  }

  /** The proof: the system that runs now lets a new login in, which needs its network, firewall, sshd, keys and sudo. */
  private async confirm(): Promise<void> {
    try {
      await this.attempt({
        verb: 'confirm',
        header: [
          ['id', this.ids.id],
          ['nonce', this.ids.nonce],
        ],
        fresh: true,
        answerSeconds: this.link.loginSeconds,
        timeoutSeconds: decisionSeconds(this.job),
      });
    } catch (error) {
      // Too late: it is going back already, and says why when it is asked.
      if (!(error instanceof Refusal)) throw error;
      this.state = undefined;
    }
  }

  private async askAgain(host: HostState): Promise<void> {
    await pause(RETRY_MILLISECONDS);
    const call = { verb: 'status', header: [['id', this.ids.id] as const], fresh: true };
    await this.attempt({ ...call, timeoutSeconds: this.link.loginSeconds + STATUS_SECONDS });
    if (!isOver(this.state) && this.restarted(host)) this.state = 'aborted';
  }

  /** The host runs, and not for as long as our transaction does. */
  private restarted(host: HostState): boolean {
    const bootId = this.failure === undefined ? this.reply?.get('boot-id') : undefined;
    return bootId !== undefined && bootId !== host.bootId;
  }

  /** One call; what it says about our transaction is kept. A failure of the connection is only remembered. */
  private async attempt(call: SupervisorCall): Promise<void> {
    const onEvent = (key: string, value: string) => {
      this.lastAnswer = Date.now();
      if (key === 'state' && call.verb !== 'status') this.announce(transactionState(value));
    };
    try {
      this.reply = await this.supervisor.call({ ...call, onEvent });
      this.failure = undefined;
      this.learn(this.reply);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      if (!(error instanceof LinkFailure || error instanceof NoAnswer)) throw error;
      const failure = error instanceof LinkFailure ? error : new LinkFailure('closed', error.message);
      this.tell(failure);
      this.failure = failure;
      if (call.verb === 'confirm') this.refusedLogin = failure;
      else this.state = undefined;
      await pause(this.retryMilliseconds(failure));
    }
  }

  private retryMilliseconds({ kind }: LinkFailure): number {
    if (kind !== 'authentication' && kind !== 'host-key') return RETRY_MILLISECONDS;
    const apart = (this.job.confirmTimeoutSeconds * 1000) / TRIES_TO_PROVE;
    return Math.min(REFUSED_RETRY_MILLISECONDS, Math.max(RETRY_MILLISECONDS, apart));
  }

  /** A host that answers may take its whole time; one that is silent has gone back, restarted or died before. */
  private get secondsLeft(): number {
    const silence = silenceSeconds(this.job, this.waitingSince !== undefined) + this.patience.slackSeconds;
    const end = Math.min(this.begun + decisionSeconds(this.job) * 1000, this.lastAnswer + silence * 1000);
    return Math.max(0, Math.ceil((end - Date.now()) / 1000));
  }

  private tell(failure: LinkFailure): void {
    const left = this.waitingSince && this.waitingSince + this.job.confirmTimeoutSeconds * 1000 - Date.now();
    const further =
      left !== undefined && left > 0
        ? `without a login the host goes back in ${Math.ceil(left / 1000)} s`
        : 'the host goes on by itself';
    const text = `${failure.message}; ${further}`;
    if (failure.kind !== this.failure?.kind) this.report.step('reconnect', text);
    else this.report.progress('reconnect', text, REMINDER_SECONDS);
  }

  private learn(reply: SupervisorReply): void {
    const transaction = reply.get('transaction');
    if (transaction === undefined || transaction === this.ids.id) {
      this.announce(transactionState(reply.get('state')));
      return;
    }
    if (this.begunThere) {
      this.state = 'followed';
      return;
    }
    // The host knows another transaction only: ours never arrived, or is about to begin.
    this.state = Date.now() - this.begun > this.patience.startSeconds * 1000 ? 'not-started' : undefined;
  }

  private announce(state: TransactionState | undefined): void {
    if (state !== undefined && state !== this.state) {
      const text = STEPS[state];
      if (text !== undefined) this.report.step(...text);
    }
    if (state !== undefined) this.begunThere = true;
    if (state === 'waiting') this.waitingSince ??= Date.now();
    this.state = state;
  }
}

/**
 * The time in which a host decides by itself whatever happens (run_seconds in supervisor/base/request.sh), and then some.
 */
export function decisionSeconds(job: DeploymentJob): number {
  const { activationTimeoutSeconds, confirmTimeoutSeconds } = job;
  return 12 * activationTimeoutSeconds + confirmTimeoutSeconds + HOST_STEPS_SECONDS + PATIENCE.slackSeconds;
}

/** What a host that is not reached may still do: the rest of its switch, the wait for the proof, the way back. */
function silenceSeconds(job: DeploymentJob, switched: boolean): number {
  const limits = switched ? job.activationTimeoutSeconds : 2 * job.activationTimeoutSeconds;
  return limits + job.confirmTimeoutSeconds;
}
