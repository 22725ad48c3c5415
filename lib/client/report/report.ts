import type { DeployError } from './deploy-error';

/** How often a step that takes long says where it is. */
const PROGRESS_SECONDS = 5;
/** Shorter texts (`true`, `80`) are found everywhere and give nothing away. */
const MIN_SECRET_LENGTH = 6;

/**
 * What the client prints: one line per step, `<machine>: <step>: <text>`. A value of the deployment that turns up in a
 * line of others (a log of the host) is not repeated.
 */
export class Report {
  private readonly secrets: readonly string[];
  private lastProgress = Date.now();

  constructor(
    private readonly machine: string,
    values: unknown = undefined,
    private write: (line: string) => void = writeToStdout,
  ) {
    this.secrets = [...new Set(texts(values))].sort((a, b) => b.length - a.length);
  }

  /** A step that was done, or begins. */
  step(step: string, text: string): void {
    this.lastProgress = Date.now();
    this.write(`${this.machine}: ${step}: ${text}\n`);
  }

  /** A line of others, for example of the host's log. */
  relay(step: string, line: string): void {
    this.step(step, this.redacted(line));
  }

  /** Where a long step is; most of these are left out. */
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

  /** Says nothing more. */
  mute(): void {
    this.write = () => undefined;
  }

  private redacted(text: string): string {
    return this.secrets.reduce((shown, secret) => shown.replaceAll(secret, '<value>'), text);
  }
}

function texts(value: unknown): string[] {
  // A log shows a text of several lines line by line.
  if (typeof value === 'string') return value.split('\n').filter((line) => line.length >= MIN_SECRET_LENGTH);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}

function writeToStdout(line: string): void {
  process.stdout.write(line);
}

/** When whoever read our output is gone, the deployment goes on all the same. */
export function surviveDeadOutput(): void {
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
}

/** `12.3 MB`, in steps of a thousand. */
export function displayBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const amount = bytes / 1000 ** step;
  return `${step === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${units[step]}`;
}
