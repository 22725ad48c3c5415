/** What the client's exit status means; Terraform shows it, scripts may branch on it. */
export const ExitStatus = {
  DONE: 0,
  /** Failed; the host runs and boots what it did before. */
  FAILED: 1,
  /** The new system was active and the host rolled back to the previous one. */
  ROLLED_BACK: 2,
  /** The host did not reply, contradicted itself, or did not roll back completely: somebody has to look. */
  UNKNOWN: 3,
  /** The job was refused; nothing was contacted. */
  BAD_INPUT: 64,
  /** A program is missing on the machine that applies, or a file beside the client is missing or damaged. */
  PROGRAM_MISSING: 69,
  /** Another deployment holds the host. */
  BUSY: 75,
} as const;

export type ExitStatus = (typeof ExitStatus)[keyof typeof ExitStatus];
