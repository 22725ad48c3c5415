import type { ExitStatus } from './exit-status';

/** The three parts that every failure is told in, and the lines that show its cause. */
export interface DeployErrorParts {
  readonly status: ExitStatus;
  readonly what: string;
  /** What the host runs now, as far as it is known. */
  readonly host: string;
  /** What to do about it. */
  readonly fix: string;
  /** The last lines of the program that failed, here or on the host. @default - none */
  readonly log?: readonly string[];
}

/** The end of a job that was not carried out. */
export class DeployError extends Error {
  readonly status: ExitStatus;
  readonly host: string;
  readonly fix: string;
  readonly log: readonly string[];

  constructor(parts: DeployErrorParts) {
    super(parts.what);
    this.name = 'DeployError';
    this.status = parts.status;
    this.host = parts.host;
    this.fix = parts.fix;
    this.log = parts.log ?? [];
  }
}

/** For `host` of a failure before the first login. */
export const NOT_CONTACTED = 'was not contacted';

/** For `host` of a failure here while a transaction may be under way there. */
export const GOES_ON =
  'goes on by itself: it keeps the new system when a new login proved it (with goal boot: without), and else returns to the one before';
