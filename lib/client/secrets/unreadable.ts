import type { Problem } from '../../validation/problem';

/** Why a source did not give a secret. */
export class Unreadable extends Error {
  constructor(
    readonly problem: Problem,
    readonly details: UnreadableDetails = {},
  ) {
    super(problem.given);
    this.name = 'Unreadable';
  }
}

interface UnreadableDetails {
  /** The program is not on this machine. @default false */
  readonly isMissing?: boolean;
  /** What a program printed besides its output. @default - nothing */
  readonly stderr?: string;
  /** The output of a program that failed: it may be the secret, or some of it. @default - none */
  readonly output?: Buffer;
}

/** What any source may give. */
export const MAX_BYTES = 1024 * 1024;
/** The same for `expected` of a problem. */
export const SIZE = '1 byte to 1 MiB';
