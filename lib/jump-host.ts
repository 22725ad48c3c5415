import type { HostKeys } from './host-keys';

/** A host on the way to a machine. One logs in to it as to the machine itself, with host keys of its own. */
export interface JumpHost {
  /** The host name or address. May be a Terraform token. */
  readonly host: string;
  /** The keys by which the host is known. */
  readonly hostKeys: HostKeys;
  /**
   * The user to log in as.
   * @default "root"
   */
  readonly user?: string;
  /**
   * The port that its sshd listens on.
   * @default 22
   */
  readonly port?: number;
  /**
   * The file of a private key: an absolute path, or one that starts with `~/`. The file of a public key chooses that
   * key of the ssh agent.
   * @default - the keys of the ssh agent
   */
  readonly identityFile?: string;
}
