import type { EscalationName } from './job/escalation';

/** How the login user becomes root on the host. */
export class PrivilegeEscalation {
  /** The login user is root, or has its uid. */
  static readonly NONE = new PrivilegeEscalation('none');
  /** `sudo -n`: the login user may run any command without a password. */
  static readonly SUDO = new PrivilegeEscalation('sudo');

  /** The word for it: `none` or `sudo`. */
  readonly name: string;

  private constructor(name: EscalationName) {
    this.name = name;
  }
}
