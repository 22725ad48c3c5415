import { type Goal, goalNamed } from './job/goal';

/** What a deployment does with the system on the host, in the words of `switch-to-configuration`. */
export class DeploymentGoal {
  /** Activate the system now and make it the boot default, or roll back to the old one. */
  static readonly SWITCH = new DeploymentGoal(goalNamed('switch'));
  /** Make the system the boot default and leave the running one alone until the next boot. */
  static readonly BOOT = new DeploymentGoal(goalNamed('boot'));

  /** The word for it: `switch` or `boot`. */
  readonly name: string;
  /** Whether the system is activated now. Then a new login has to prove it before it is kept. */
  readonly activates: boolean;
  /** Whether the host boots the system from now on. */
  readonly setsBootDefault: boolean;

  private constructor(goal: Goal) {
    this.name = goal.name;
    this.activates = goal.activates;
    this.setsBootDefault = goal.setsBootDefault;
  }
}
