import type { JumpHost } from './jump-host';
import type { PrivilegeEscalation } from './privilege-escalation';

/**
 * How to log in to a machine. A plain object: keep one and spread it into many machines. The user's own ssh_config
 * is not read. Nothing here is a trigger: a change does not deploy again.
 */
export interface SshOptions {
  /**
   * The user to log in as.
   * @default "root"
   */
  readonly user?: string;
  /**
   * The port that sshd listens on.
   * @default 22
   */
  readonly port?: number;
  /**
   * The file of a private key on the computer that applies: an absolute path, or one that starts with `~/`. The file
   * of a public key chooses that key of the ssh agent.
   * @default - the keys of the ssh agent
   */
  readonly identityFile?: string;
  /**
   * Hosts to go through, in the order in which they are passed.
   * @default - none
   */
  readonly jumpHosts?: JumpHost[];
  /**
   * How the user becomes root on the machine.
   * @default - PrivilegeEscalation.NONE for root; required for any other user
   */
  readonly privilegeEscalation?: PrivilegeEscalation;
  /**
   * How long one attempt to connect may take, in seconds.
   * @default 10
   */
  readonly connectTimeoutSeconds?: number;
  /**
   * How long to wait for a machine that does not answer yet, in seconds.
   * @default 120
   */
  readonly bootTimeoutSeconds?: number;
}
