import type { RefusalCode } from '../report/refusals';
import { LinkFailure } from './link-failure';
import { printable } from '../../private/foreign-text';

/** The supervisor refused. */
export class Refusal extends Error {
  constructor(
    readonly code: RefusalCode,
    message: string,
    /** The events before the refusal. */
    readonly reply: SupervisorReply,
  ) {
    super(message);
    this.name = 'Refusal';
  }
}

/** A login worked, but no supervisor replied: a forced command, a login shell that runs nothing, a missing program. */
export class NoReply extends Error {
  constructor(
    readonly exitCode: number,
    readonly output: readonly string[],
    /** sudo was given the password, and ran nothing. */
    readonly isPasswordRefused = false,
  ) {
    super(output.at(-1) ?? 'the command printed nothing');
    this.name = 'NoReply';
  }

  /** For who asks again: to him it is one more way in which a login can fail. */
  get asLinkFailure(): LinkFailure {
    return new LinkFailure(this.isPasswordRefused ? 'password' : 'closed', this.message);
  }
}

const MAX_NOISE_LINES = 20;
/** The keys that may come more than once. Of any other one the first value counts. */
const REPEATED = ['damaged', 'log', 'missing', 'state', 'verifying', 'waiting'];
/** What may follow a `reason`, which is the last event of a report before the lines of a log. */
const AFTER_REASON = ['log', 'end'];

/**
 * The events of one call, as they arrive: `@nixos-<mark> key=value`, one per line, between lines of other programs. The mark
 * of a call is random, so no log, greeting or file's name can contain it.
 */
export class SupervisorReply {
  private readonly event: RegExp;
  private readonly events: (readonly [string, string])[] = [];
  private readonly seen = new Set<string>();
  /** The last lines that are not ours: greetings, shell noise, or the reason why no event came. */
  readonly noise: string[] = [];

  /** @param mark hexadecimal digits */
  constructor(mark: string) {
    this.event = new RegExp(`^@nixos-${mark} ([a-z][a-z-]*)=(.*?)\\r?$`, 's');
  }

  /** Takes one line and returns the event in it, if there is one. */
  take(line: string): readonly [key: string, value: string] | undefined {
    const match = this.event.exec(line);
    if (match === null || !this.mayCome(match[1] as string)) {
      this.keepNoise(printable(line).trimEnd());
      return undefined;
    }
    const event = [match[1] as string, printable(match[2] as string)] as const;
    this.events.push(event);
    this.seen.add(event[0]);
    return event;
  }

  private mayCome(key: string): boolean {
    if (this.seen.has('reason') && !AFTER_REASON.includes(key)) return false;
    return REPEATED.includes(key) || !this.seen.has(key);
  }

  private keepNoise(noise: string): void {
    if (noise === '') return;
    this.noise.push(noise);
    if (this.noise.length > MAX_NOISE_LINES) this.noise.shift();
  }

  /** The last value of `key`. */
  get(key: string): string | undefined {
    return this.all(key).at(-1);
  }

  /** All values of `key`, in order. */
  all(key: string): string[] {
    return this.events.filter(([name]) => name === key).map(([, value]) => value);
  }

  /** Nothing came at all, not even a greeting. */
  get isEmpty(): boolean {
    return this.events.length === 0 && this.noise.length === 0;
  }

  get refusal(): Refusal | undefined {
    const error = this.get('error');
    if (error === undefined) return undefined;
    const blank = error.indexOf(' ');
    const code = (blank < 0 ? error : error.slice(0, blank)) as RefusalCode;
    return new Refusal(code, blank < 0 ? code : error.slice(blank + 1), this);
  }
}
