import { setTimeout as pause } from 'node:timers/promises';
import type { LabHost } from '../../lab';
import type { RunEnd } from '../faults/support/run';
import type { Card } from './card';
import { journalOf, logOf } from './journal';
import type { Progress } from './phase';
import { Session } from './session';
import type { ChaosSystems } from './systems';

/** How one run ended. */
export interface Result {
  readonly card: Card;
  /** Where the deployment was when it was struck. */
  readonly hit: Progress;
  /** The exit status; undefined when the deployment was killed. */
  readonly status: number | undefined;
  /** The last state in the journal, before the next deployment. */
  readonly state: string;
  readonly seconds: number;
  /** Empty when everything was as it has to be. */
  readonly complaints: readonly string[];
  /** What there is to find out why. */
  readonly evidence: readonly string[];
}

export interface TrialOptions {
  readonly card: Card;
  readonly host: LabHost;
  readonly systems: ChaosSystems;
  /** A run that lasts longer has failed. */
  readonly limitSeconds: number;
}

/** A run that goes on, with all that is known of it so far. */
export class Trial {
  private readonly complaints: string[] = [];
  private readonly files: string[] = [];
  private session: Session | undefined;
  private hit: Progress;
  private status: number | undefined;
  private state = '';

  constructor(private readonly options: TrialOptions) {}

  /** Plays the card on the host. Whatever goes wrong is in the result. */
  async result(): Promise<Result> {
    const began = Date.now();
    await this.playBounded();
    const { hit, status, state } = this;
    const complaints = [...this.complaints];
    const evidence = complaints.length === 0 ? [] : this.evidence();
    await this.end();
    return { card: this.options.card, hit, status, state, seconds: (Date.now() - began) / 1000, complaints, evidence };
  }

  /** Ends the processes that deploy, also in the middle. */
  async end(): Promise<void> {
    await this.session?.scene.operator.end();
  }

  private async playBounded(): Promise<void> {
    const { limitSeconds } = this.options;
    const late = new AbortController();
    const limit = pause(limitSeconds * 1000, undefined, { signal: late.signal })
      .then(() => void this.complaints.push(`it did not end within ${limitSeconds} s`))
      .catch(() => undefined);
    const played = this.play().catch((error: Error) => void this.complaints.push(error.message));
    await Promise.race([played, limit]);
    late.abort();
  }

  private async play(): Promise<void> {
    const { card, host, systems } = this.options;
    this.session = await Session.begin(card, host, systems);
    const struck = await this.session.strike();
    this.hit = struck.hit;
    this.status = struck.end.status;
    this.complaints.push(...(await this.session.judge(struck)));
    this.state = journalOf(host).state ?? '';
    this.keep('the other deployment', struck.rival?.lines ?? []);
    this.keepHost();
    const next = await this.session.judgeNext();
    if (next.complaints.length > 0) this.keepNext(next.end);
    this.complaints.push(...next.complaints);
  }

  /** The systems, the deployment's lines, and what the host has kept. */
  private evidence(): string[] {
    if (this.files.length === 0) this.keepHost();
    const systems = Object.entries(this.session?.scene.systems ?? {}).map(([role, toplevel]) => `${role}: ${toplevel}`);
    return [...systems, ...section('the deployment', this.session?.lines ?? []), ...this.files];
  }

  private keepHost(): void {
    const { host } = this.options;
    const journal = Object.entries(journalOf(host)).map(([key, value]) => `${key}=${value}`);
    this.keep('the journal', journal);
    this.keep("the supervisor's log", logOf(host).split('\n').slice(-60));
  }

  private keepNext(end: RunEnd): void {
    this.keep('the next deployment', end.lines);
    this.keepHost();
  }

  private keep(title: string, lines: readonly string[]): void {
    this.files.push(...section(title, lines));
  }
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`--- ${title}`, ...lines.filter((line) => line !== '')];
}
