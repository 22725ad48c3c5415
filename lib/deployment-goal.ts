/** What a deployment does with the system on the host, in the words of `switch-to-configuration`. */
export class DeploymentGoal {
  /** Activate the system now and make it the boot default, or bring the old one back. */
  static readonly SWITCH = new DeploymentGoal('switch', true);
  /** Make the system the boot default and leave the running one alone until the next boot. */
  static readonly BOOT = new DeploymentGoal('boot', false);

  private constructor(
    /** The word for it: `switch` or `boot`. */
    readonly name: string,
    /** The running system changes during the deployment. */
    readonly activatesNow: boolean,
  ) {}
}
