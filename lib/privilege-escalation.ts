import type { EscalationName } from './job/escalation';
import type { SecretOrigin } from './job/secret-fields';
import type { SecretSource } from './secret-source';
import { refuse } from './validation/problem';
import { sourceProblem } from './validation/secret-origin';

/** How the login user becomes root on the host. */
export class PrivilegeEscalation {
  /** The login user is root, or has its uid. */
  static readonly NONE = new PrivilegeEscalation('none');
  /** `sudo -n`: the login user may run any command without a password. */
  static readonly SUDO = new PrivilegeEscalation('sudo');
  /** `doas -n`: the login user may run any command without a password (`permit nopass`). */
  static readonly DOAS = new PrivilegeEscalation('doas');
  /**
   * `run0 --no-ask-password`, of systemd 256 or newer: polkit lets the login user manage units
   * (`org.freedesktop.systemd1.manage-units`) without a password.
   */
  static readonly RUN0 = new PrivilegeEscalation('run0');

  /**
   * `sudo -S`: the login user may run any command, with a password. It is read at apply, when sudo asks for it, and reaches
   * sudo over the connection: it is in no argument, environment or file. One line end at its end does not belong to it.
   *
   * @param password where it is read; a version is not needed
   * @throws InputError when it is not a source
   */
  static sudoWithPassword(password: SecretSource): PrivilegeEscalation {
    refuse('PrivilegeEscalation.sudoWithPassword', 'password', sourceProblem(password, SOURCE_FIX));
    return new PrivilegeEscalation('sudo-with-password', password._origin);
  }

  /** The word for it: `none`, `sudo`, `doas`, `run0` or `sudo-with-password`. */
  readonly name: string;

  private constructor(
    name: EscalationName,
    /** @internal */
    readonly _password?: SecretOrigin,
  ) {
    this.name = name;
  }
}

const SOURCE_FIX = 'write for example SecretSource.command(["pass", "web/deploy"])';
