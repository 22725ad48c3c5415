/** What the client's exit status means; Terraform shows it, scripts may branch on it. */
export const ExitStatus = {
  DONE: 0,
  /** Failed; the host runs and boots what it did before. */
  FAILED: 1,
  /** The new system was active and the host rolled back to the previous one. */
  ROLLED_BACK: 2,
  /** The host did not reply, or could not roll back: somebody has to look. */
  UNKNOWN: 3,
  /** The job was refused; nothing was contacted. */
  BAD_INPUT: 64,
  /** A program is missing on the machine that applies, or a file beside the client is missing or damaged. */
  PROGRAM_MISSING: 69,
  /** Another deployment holds the host. */
  BUSY: 75,
} as const;

export type ExitStatus = (typeof ExitStatus)[keyof typeof ExitStatus];

/** The three parts of every failure message, and the lines that show the cause. */
export interface DeployErrorParts {
  readonly status: ExitStatus;
  readonly what: string;
  /** A sentence about the host, without its subject: what it runs now, as far as we know. */
  readonly host: string;
  /** What to do about it. */
  readonly fix: string;
  /** The last lines of the program that failed, on this machine or on the host. @default - none */
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

/** For `fix` when a file of the client is missing. */
export const COMPLETE_FOLDER = 'run cdktf synth again, or copy the whole output folder to the machine that applies';

/** For `host` of a failure before the first login. */
export const NOT_CONTACTED = 'was not contacted';

/** For `host` of a failure on this machine while the host may be in the middle of our transaction. */
export const CARRIES_ON =
  'carries on alone: it keeps the new system if a fresh login confirms it (goal boot needs none) and rolls back otherwise';
