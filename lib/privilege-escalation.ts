import type { EscalationName } from './job/escalation';
import type { SecretOrigin } from './job/secret-fields';
import type { SecretSource } from './secret-source';
import { instanceProblem } from './validation/options';
import { type Problem, refuse } from './validation/problem';

/** How the login user becomes root on the host. */
export class PrivilegeEscalation {
  /** The login user is root, or has its uid. */
  static readonly NONE = new PrivilegeEscalation('none');
  /** `sudo -n`: the login user may run any command without a password. */
  static readonly SUDO = new PrivilegeEscalation('sudo');

  /**
   * `sudo -S`: the login user may run any command, with a password. It is read at apply, when sudo asks for it, and reaches
   * sudo over the connection: it is in no argument, environment or file. One line end at its end does not belong to it.
   *
   * @param password where it is read; a version is not needed
   * @throws InputError when it is not a source
   */
  static sudoWithPassword(password: SecretSource): PrivilegeEscalation {
    refuse('PrivilegeEscalation.sudoWithPassword', 'password', sourceProblem(password));
    return new PrivilegeEscalation('sudo-with-password', password._origin);
  }

  /** The word for it: `none`, `sudo` or `sudo-with-password`. */
  readonly name: string;

  private constructor(
    name: EscalationName,
    /** @internal */
    readonly _password?: SecretOrigin,
  ) {
    this.name = name;
  }
}

function sourceProblem(source: unknown): Problem | undefined {
  const fix = 'write for example SecretSource.command(["pass", "web/deploy"])';
  const problem = instanceProblem(source, '_origin', 'a SecretSource', fix);
  // It may be the password itself.
  return problem && typeof source === 'string' ? { ...problem, given: 'a text (not shown)' } : problem;
}
