import type { DeployError } from './deploy-error';
import { foreignText, printable } from '../../private/foreign-text';

/** How often a long step reports its progress. */
const PROGRESS_SECONDS = 5;
/** Shorter texts (`true`, `80`) occur everywhere and give nothing away. */
const MIN_SECRET_LENGTH = 6;

/**
 * What the client prints: lines `<subject>: <step>: <text>`. Sensitive text of the job that turns up in text of another
 * program (a log of the host) or in a failure is not repeated.
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

  /** A step that was done, or begins. Each line of the text becomes a line. */
  step(step: string, text: string): void {
    this.lastProgress = Date.now();
    for (const line of foreignText(text).trimEnd().split('\n')) this.write(`${this.subject}: ${step}: ${line}\n`);
  }

  /** Text of another program, for example of the host's log, or text that may hold some of it. */
  relay(step: string, text: string): void {
    this.step(step, this.redacted(printable(text)));
  }

  /** How far a long step is. Most of these lines are left out. */
  progress(step: string, text: string, everySeconds = PROGRESS_SECONDS): void {
    if (Date.now() - this.lastProgress >= everySeconds * 1000) this.step(step, text);
  }

  /** A failure in its three parts, after the lines that show its cause. Each part may quote another program. */
  failure(error: DeployError): void {
    for (const line of error.log) this.relay('log', line);
    this.relay('failed', error.message);
    this.relay('host', error.host);
    this.relay('to do', error.fix);
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
  if (typeof value === 'string') return lines(value).filter((line) => line.length >= MIN_SECRET_LENGTH);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}

/** A text as a log shows it: one line at a time, without control characters and blanks at the ends. */
function lines(text: string): string[] {
  return printable(text)
    .split('\n')
    .map((line) => line.trim());
}

function writeToStdout(line: string): void {
  process.stdout.write(line);
}

/** The job carries on when nobody reads our output any more. */
export function surviveDeadOutput(): void {
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
}
