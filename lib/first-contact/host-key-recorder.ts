/** What Terraform can wait for. */
export interface Dependable {
  readonly fqn: string;
}

/**
 * Where a cloud keeps the public half of a key that a host made, so that the next apply, perhaps on another machine, finds
 * it. The first contact writes it there in two steps: pending before the host takes the key, confirmed when a login has
 * proved it. Between them the bootstrap key is accepted, too; afterwards never.
 *
 * The text that is recorded is that of lib/job/recorded-key.ts.
 */
export interface HostKeyRecorder {
  /** The kind of job that makes the first contact and can write the record. It has a bundle of its own. */
  readonly kind: string;
  /**
   * The built bundle.
   * @default - the bundle of this kind in this package
   */
  readonly bundle?: string;
  /** What that kind needs to know to find the record, as the member `record` of the job. May hold tokens. */
  readonly record: object;
  /**
   * The record as a token, read when the first contact is over: `recordedKey` makes a public key of it. Called once, when
   * the machine gets its deployment; it may add what reads the record to the tree.
   */
  read(firstContact: Dependable): string;
}
