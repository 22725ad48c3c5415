/** Paths of one closure that the host does not have. */
export interface CopyTask {
  readonly toplevel: string;
  /** Each path after those that it refers to. */
  readonly missing: readonly string[];
  /** Size of the missing paths as archives, in bytes. */
  readonly bytes: number;
}

/** A method of copying store paths to the host. */
export interface ClosureCopier {
  /** For the progress line, for example `zstd stream`. */
  readonly description: string;
  /** @throws CopyFailure or another failure when not all of them arrived */
  copy(task: CopyTask): Promise<void>;
}

/** A copy that ended early. Another attempt may succeed, and continues from there. */
export class CopyFailure extends Error {
  constructor(
    message: string,
    readonly log: readonly string[] = [],
  ) {
    super(message);
    this.name = 'CopyFailure';
  }
}
