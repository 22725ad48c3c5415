import type { DeployError } from './deploy-error';
import type { EndingCode } from './ending';
import { ExitStatus } from './exit-status';
import { Redaction } from './redaction';
import { foreignText, printable } from '../../private/foreign-text';

/** How often a long step reports its progress. */
const PROGRESS_SECONDS = 5;

/** How a job ended, in one object. */
export interface ReportedEnding {
  readonly code: EndingCode;
  readonly status: ExitStatus;
  readonly what: string;
  /** Of a failure. */
  readonly host?: string;
  readonly fix?: string;
  readonly log: readonly string[];
}

/** A text that stands in the program. Any other one may hold text of another program: only a literal is a required key. */
type Constant<Text extends string> = Record<never, never> extends { [key in Text]: true } ? never : Text;

/**
 * What the client prints: lines `<subject>: <step>: <text>`. Sensitive text of the job, or a secret, that turns up in text
 * of another program (a log of the host) or in a failure is not repeated.
 */
export class Report {
  private readonly redaction: Redaction;
  private lastProgress = Date.now();
  private ended: ReportedEnding | undefined;

  constructor(
    private readonly subject: string,
    sensitive: unknown = undefined,
    private write: (line: string) => void = writeToStdout,
  ) {
    this.redaction = new Redaction(sensitive);
  }

  /** From now on a secret is not repeated either. */
  learn(secret: Buffer): void {
    this.redaction.learn(secret);
  }

  /** A step that was done, or begins. Its text is in our program, so it is shown whatever is hidden. */
  step<const Text extends string>(step: string, text: Constant<Text>): void {
    this.print(step, text);
  }

  /** A step with what only this run knows, or text of another program. Each line of the text becomes a line. */
  relay(step: string, text: string): void {
    this.print(step, this.shown(text));
  }

  /** How far a long step is. Most of these lines are left out. */
  progress(step: string, text: string, everySeconds = PROGRESS_SECONDS): void {
    if (Date.now() - this.lastProgress >= everySeconds * 1000) this.relay(step, text);
  }

  /** How the job ended, as it was printed; undefined while it runs. */
  get ending(): ReportedEnding | undefined {
    return this.ended;
  }

  /** A job that was carried out. */
  done(code: 'committed' | 'nothing-to-do' | 'first-contact', text: string): void {
    const what = this.shown(text);
    this.ended = { code, status: ExitStatus.DONE, what, log: [] };
    this.print('done', what);
  }

  /** A failure in its three parts, after the lines that show its cause. Each part may quote another program. */
  failure(error: DeployError): void {
    const { code, status } = error;
    const [what, host, fix] = [error.message, error.host, error.fix].map((text) => this.shown(text)) as [
      string,
      string,
      string,
    ];
    const log = error.log.map((text) => this.shown(text));
    this.ended = { code, status, what, host, fix, log };
    for (const line of log) this.print('log', line);
    this.print('failed', what);
    this.print('host', host);
    this.print('to do', fix);
  }

  /** Prints nothing more. */
  mute(): void {
    this.write = () => undefined;
  }

  private shown(text: string): string {
    return this.redaction.of(printable(text));
  }

  private print(step: string, text: string): void {
    this.lastProgress = Date.now();
    for (const line of foreignText(text).trimEnd().split('\n')) this.write(`${this.subject}: ${step}: ${line}\n`);
  }
}

export function writeToStdout(line: string): void {
  process.stdout.write(line);
}

/** The job carries on when nobody reads our output any more. */
export function surviveDeadOutput(): void {
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
}
