import { codeOfStatus, type Ending, type EndingCode, ENDINGS } from './ending';
import type { ExitStatus } from './exit-status';

export { ExitStatus } from './exit-status';

/** The three parts of every failure message, and the lines that show the cause. */
export interface DeployErrorParts {
  /** @default - the general one of its status */
  readonly code?: EndingCode;
  readonly status: ExitStatus;
  readonly what: string;
  /** A sentence about the host, without its subject: what it runs now, as far as we know. */
  readonly host: string;
  /** What to do about it. */
  readonly fix: string;
  /** The last lines of the program that failed, on this machine or on the host. @default - none */
  readonly log?: readonly string[];
}

/** What the code of an ending does not determine. */
interface EndingDetails {
  /** Follows the words of the ending, or stands for them where it has none. */
  readonly detail?: string;
  readonly host: string;
  /** @default - that of the ending */
  readonly fix?: string;
  readonly log?: readonly string[];
}

/** The end of a job that was not carried out. */
export class DeployError extends Error {
  /** The end with this code. */
  static of(code: EndingCode, { detail, host, fix, log }: EndingDetails): DeployError {
    const ending: Ending = ENDINGS[code];
    const what = [ending.words, detail].filter((text) => text !== undefined).join(': ');
    return new DeployError({ code, status: ending.status, what, host, fix: fix ?? ending.fix ?? '', log });
  }

  readonly code: EndingCode;
  readonly status: ExitStatus;
  readonly host: string;
  readonly fix: string;
  readonly log: readonly string[];

  constructor(parts: DeployErrorParts) {
    super(parts.what);
    this.name = 'DeployError';
    this.code = parts.code ?? codeOfStatus(parts.status);
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
