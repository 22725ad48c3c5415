/** What a deployment does with the system on the host, in the words of `switch-to-configuration`. */
export class DeploymentGoal {
  /** Activate the system now and make it the boot default, or bring the old one back. */
  static readonly SWITCH = new DeploymentGoal('switch');
  /** Make the system the boot default and leave the running one alone until the next boot. */
  static readonly BOOT = new DeploymentGoal('boot');

  private constructor(
    /** The word for it: `switch` or `boot`. */
    readonly name: string,
  ) {}
}
