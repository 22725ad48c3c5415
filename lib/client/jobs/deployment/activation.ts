import { setTimeout as pause } from 'node:timers/promises';
import { failureOfLogin } from './aftermath';
import { changeNotice } from './notices';
import { decisionSeconds, type Patience, PATIENCE, silenceSeconds } from './patience';
import type { HostState } from '../../host/host-state';
import { LinkFailure } from '../../host/link-failure';
import type { Report } from '../../report/report';
import type { HostSession, TransactionRequest } from '../../host/session';
import { REFUSED_RETRY_MILLISECONDS } from '../../host/ssh-link';
import type { EventListener } from '../../host/supervisor-channel';
import { NoReply, Refusal, type SupervisorReply } from '../../host/supervisor-reply';
import { isOver, type TransactionState, transactionState } from '../../host/transaction-state';
import { transactionSteps } from './transaction-steps';

const RETRY_MILLISECONDS = 1000;
/** How many logins we try at least before the host gives up waiting for the proof. */
const TRIES_TO_PROVE = 4;
/** How often we report that a host is still not reached. */
const REMINDER_SECONDS = 20;

type Verb = 'start' | 'confirm' | 'status';

/** How a transaction ended, as far as we know. */
export interface ActivationEnd {
  /** The host's last reply; undefined when it never replied again. */
  readonly reply: SupervisorReply | undefined;
  /** Undefined when the deadline passed without a reply. */
  readonly state: TransactionState | undefined;
  /** Why the last attempt to reach the host failed; undefined when it replied. */
  readonly failure: LinkFailure | undefined;
  /** Why the new login that should have proved the system failed. */
  readonly refusedLogin: LinkFailure | undefined;
  /** Why no new login works after a rollback; undefined when one does, or when the host did not roll back. */
  readonly failedLogin: LinkFailure | undefined;
  /** The host changed secrets alone. */
  readonly isUnswitched: boolean;
}

/**
 * Our view of one transaction. Three words form a ladder: a *deployment* is our run, the *transaction* is what the host
 * does for it, and the *activation* starts that transaction and follows it to its end. The first connection may die on
 * the way (a restart of the network is normal); then we ask the host over new ones, until it must have decided alone.
 */
export class Activation {
  private state: TransactionState | undefined;
  private reply: SupervisorReply | undefined;
  private failure: LinkFailure | undefined;
  private refusedLogin: LinkFailure | undefined;
  private readonly startTime = Date.now();
  private lastReply = this.startTime;
  private waitingSince: number | undefined;
  /** The first new login has worked. */
  private isProvedOnce = false;
  /** The host has named a state of our transaction. */
  private seenOnHost = false;
  private lastVerb: Verb | undefined;
  /** The host has answered a proof, and waits for the same one. */
  private isUnheard = false;
  /** The host has said that it does not switch. */
  private isUnswitched = false;

  constructor(
    private readonly session: HostSession,
    private readonly request: TransactionRequest,
    private readonly report: Report,
    private readonly patience: Patience = PATIENCE,
  ) {}

  /** @throws Refusal when the host does not accept the transaction */
  async run(host: HostState): Promise<ActivationEnd> {
    await this.start();
    while (!isOver(this.state) && this.secondsLeft > 0) {
      if (this.state === 'waiting') await this.confirm();
      else await this.askAgain(host);
    }
    const { reply, state, failure, refusedLogin, isUnswitched } = this;
    return { reply, state, failure, refusedLogin, isUnswitched, failedLogin: await this.failedLogin() };
  }

  /** A host that rolled back must let its user in again. After `status`, its own new login has just proved that. */
  private async failedLogin(): Promise<LinkFailure | undefined> {
    if (this.state !== 'rolled-back' || this.lastVerb === 'status') return undefined;
    return failureOfLogin(this.session, this.request, (failure) => this.retryMilliseconds(failure));
  }

  private async start(): Promise<void> {
    const seconds = decisionSeconds(this.request);
    await this.attempt('start', (onEvent) => this.session.start(this.request, seconds, onEvent)).catch(
      (error: unknown) => {
        if (!(error instanceof Refusal) || this.state === undefined) throw error;
        // It had begun: only the host knows how it ends.
        this.state = undefined;
      },
    );
  }

  /** The proof: the system that runs now lets a new login in, which needs its network, firewall, sshd, keys and sudo. */
  private async confirm(): Promise<void> {
    const [seconds, { isProvedOnce }] = [decisionSeconds(this.request), this];
    if (this.isUnheard) await pause(RETRY_MILLISECONDS);
    this.isUnheard = false;
    try {
      await this.attempt('confirm', (onEvent) => this.session.confirm(this.request, seconds, onEvent));
      const isWaiting = this.state === 'waiting' && this.failure === undefined;
      this.isUnheard = isWaiting && isProvedOnce === this.isProvedOnce;
    } catch (error) {
      // Too late: the host rolls back already, and gives the reason when it is asked.
      if (!(error instanceof Refusal)) throw error;
      this.state = undefined;
    }
  }

  private async askAgain(host: HostState): Promise<void> {
    await pause(RETRY_MILLISECONDS);
    await this.attempt('status', (onEvent) => this.session.status(this.request.id, onEvent));
    if (!isOver(this.state) && this.restarted(host)) this.state = 'aborted';
  }

  /** The host was started after our transaction. */
  private restarted(host: HostState): boolean {
    const bootId = this.failure === undefined ? this.reply?.get('boot-id') : undefined;
    return bootId !== undefined && bootId !== host.bootId;
  }

  /** One call. We learn the state from its reply; a failed connection is only remembered. */
  private async attempt(verb: Verb, call: (onEvent: EventListener) => Promise<SupervisorReply>): Promise<void> {
    let isLoggedIn = false;
    const onEvent = (key: string, value: string) => {
      isLoggedIn = true;
      this.lastReply = Date.now();
      if (key === 'unswitched') this.isUnswitched = true;
      if (key === 'state' && verb !== 'status') this.announce(transactionState(value));
      else this.announceFiles(key, value);
    };
    this.lastVerb = verb;
    try {
      this.reply = await call(onEvent);
      this.failure = undefined;
      this.learn(this.reply);
    } catch (error) {
      if (!(error instanceof LinkFailure || error instanceof NoReply)) throw error;
      const failure = error instanceof LinkFailure ? error : error.asLinkFailure;
      this.announceFailure(failure);
      this.failure = failure;
      if (verb === 'confirm' || this.isProvedOnce) this.refusedLogin = isLoggedIn ? undefined : failure;
      // An end counts only with the whole report of the host. One that refused our password may not wait any more.
      if (verb !== 'confirm' || isOver(this.state) || failure.kind === 'password') this.state = undefined;
      await pause(this.retryMilliseconds(failure));
    }
  }

  private retryMilliseconds({ kind }: LinkFailure): number {
    if (kind === 'password') return Math.max(this.patience.passwordSeconds * 1000, this.millisecondsToProve ?? 0);
    if (kind !== 'authentication' && kind !== 'host-key') return RETRY_MILLISECONDS;
    const apart = (this.request.confirmTimeoutSeconds * 1000) / TRIES_TO_PROVE;
    return Math.min(REFUSED_RETRY_MILLISECONDS, Math.max(RETRY_MILLISECONDS, apart));
  }

  /** A host that replies may take its whole time. A silent one has rolled back, restarted or died before that. */
  private get secondsLeft(): number {
    const silence = silenceSeconds(this.request, this.waitingSince !== undefined) + this.patience.slackSeconds;
    const ends = [this.startTime + decisionSeconds(this.request) * 1000, this.lastReply + silence * 1000];
    // It waits no longer than this, whatever it replies.
    const waits = this.request.confirmTimeoutSeconds + this.patience.slackSeconds;
    if (this.isUnheard && this.waitingSince !== undefined) ends.push(this.waitingSince + waits * 1000);
    return Math.max(0, Math.ceil((Math.min(...ends) - Date.now()) / 1000));
  }

  /** How long the host still waits for the proof. */
  private get millisecondsToProve(): number | undefined {
    return this.waitingSince && this.waitingSince + this.request.confirmTimeoutSeconds * 1000 - Date.now();
  }

  private announceFailure(failure: LinkFailure): void {
    const left = this.millisecondsToProve;
    const further =
      left !== undefined && left > 0
        ? `without a login the host rolls back in ${Math.ceil(left / 1000)} s`
        : 'the host carries on alone';
    const text = `${failure.message}; ${further}`;
    if (failure.kind !== this.failure?.kind) this.report.relay('reconnect', text);
    else this.report.progress('reconnect', text, REMINDER_SECONDS);
  }

  private learn(reply: SupervisorReply): void {
    const transaction = reply.get('transaction');
    if (transaction === undefined || transaction === this.request.id) {
      this.announce(transactionState(reply.get('state')));
      return;
    }
    if (this.seenOnHost) {
      this.state = 'superseded';
      return;
    }
    // The host knows only another transaction: ours never arrived, or is about to begin.
    this.state = Date.now() - this.startTime > this.patience.startSeconds * 1000 ? 'not-started' : undefined;
  }

  private announce(state: TransactionState | undefined): void {
    if (state !== undefined && state !== this.state) {
      const step = this.stepOf(state);
      if (step !== undefined) this.report.relay(...step);
    }
    if (state !== undefined) this.seenOnHost = true;
    if (state === 'settling') [this.isProvedOnce, this.waitingSince] = [true, undefined];
    if (state === 'waiting') this.waitingSince ??= Date.now();
    this.state = state;
  }

  private announceFiles(key: string, words: string): void {
    const notice = changeNotice(key, words);
    if (notice !== undefined) this.report.relay(...notice);
  }

  private stepOf(state: TransactionState): readonly [step: string, text: string] | undefined {
    if (state === 'waiting')
      return ['confirm', this.isProvedOnce ? 'proving a second new login' : 'proving a new login'];
    if (state !== 'settling') return transactionSteps(this.request, this.isUnswitched)[state];
    return ['settle', `the new login works; it has to work again in ${this.request.settleSeconds} s`];
  }
}
