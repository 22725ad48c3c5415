import type { DeployError } from './deploy-error';

/** How often a long step reports its progress. */
const PROGRESS_SECONDS = 5;
/** Shorter texts (`true`, `80`) occur everywhere and give nothing away. */
const MIN_SECRET_LENGTH = 6;

/**
 * What the client prints: one line per step, `<subject>: <step>: <text>`. Sensitive text of the job that turns up in a
 * line of another program (a log of the host) is not repeated.
 */
export class Report {
  private readonly secrets: readonly string[];
  private lastProgress = Date.now();

  constructor(
    private readonly subject: string,
    sensitive: unknown = undefined,
    private write: (line: string) => void = writeToStdout,
  ) {
    this.secrets = [...new Set(texts(sensitive))].sort((a, b) => b.length - a.length);
  }

  /** A step that was done, or begins. */
  step(step: string, text: string): void {
    this.lastProgress = Date.now();
    this.write(`${this.subject}: ${step}: ${text}\n`);
  }

  /** A line of another program, for example of the host's log. */
  relay(step: string, line: string): void {
    this.step(step, this.redacted(line));
  }

  /** How far a long step is. Most of these lines are left out. */
  progress(step: string, text: string, everySeconds = PROGRESS_SECONDS): void {
    if (Date.now() - this.lastProgress >= everySeconds * 1000) this.step(step, text);
  }

  /** A failure in its three parts, after the lines that show its cause. */
  failure(error: DeployError): void {
    for (const line of error.log) this.relay('log', line);
    this.step('failed', error.message);
    this.step('host', error.host);
    this.step('to do', error.fix);
  }

  /** Prints nothing more. */
  mute(): void {
    this.write = () => undefined;
  }

  private redacted(text: string): string {
    return this.secrets.reduce((shown, secret) => shown.replaceAll(secret, '<value>'), text);
  }
}

function texts(value: unknown): string[] {
  // A log shows a text of several lines one line at a time.
  if (typeof value === 'string') return value.split('\n').filter((line) => line.length >= MIN_SECRET_LENGTH);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}

function writeToStdout(line: string): void {
  process.stdout.write(line);
}

/** The job carries on when nobody reads our output any more. */
export function surviveDeadOutput(): void {
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
}
