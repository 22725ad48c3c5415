import { type Escalation, escalationNamed } from './job/escalation';

/** How the login user becomes root on the host. */
export class PrivilegeEscalation {
  /** The login user is root, or has its uid. */
  static readonly NONE = new PrivilegeEscalation(escalationNamed('none'));
  /** `sudo -n`: the login user may run any command without a password. */
  static readonly SUDO = new PrivilegeEscalation(escalationNamed('sudo'));

  private constructor(private readonly escalation: Escalation) {}

  /** The word for it: `none` or `sudo`. */
  get name(): string {
    return this.escalation.name;
  }

  /**
   * The command that runs another one as root on the host.
   *
   * @param command a program and its arguments, without quoting
   */
  wrap(command: string[]): string[] {
    return this.escalation.wrap(command);
  }
}
