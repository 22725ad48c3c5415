/** How the login user becomes root on the host. */
export class PrivilegeEscalation {
  /** The login user is root, or has its uid. */
  static readonly NONE = new PrivilegeEscalation('none');
  /** `sudo -n`: the login user may run any command without a password. */
  static readonly SUDO = new PrivilegeEscalation('sudo');

  private constructor(
    /** The word for it in messages: `none` or `sudo`. */
    readonly name: string,
  ) {}
}
