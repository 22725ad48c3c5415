/** What is to be copied: paths of one closure that the host misses. */
export interface CopyTask {
  readonly toplevel: string;
  /** Each path after those that it refers to. */
  readonly missing: readonly string[];
  /** Size of the missing paths as archives, in bytes. */
  readonly bytes: number;
}

/** One way to bring store paths to the host. Throws when not all of them arrived. */
export interface ClosureCopier {
  /** For the progress line, for example `zstd stream`. */
  readonly description: string;
  copy(task: CopyTask): Promise<void>;
}

/** A copy that ended early; another attempt may do, from where this one ended. */
export class CopyFailure extends Error {
  constructor(
    message: string,
    readonly log: readonly string[] = [],
  ) {
    super(message);
    this.name = 'CopyFailure';
  }
}
