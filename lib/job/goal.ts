/** The meaning of a goal for the host. */
interface GoalBehaviour {
  /** The system is activated now. Then a new login has to prove it before it is kept. */
  readonly activates: boolean;
  /** The host boots the system from now on. */
  readonly setsBootDefault: boolean;
}

/** By their words, which are those of `switch-to-configuration`. */
const GOALS = {
  switch: { activates: true, setsBootDefault: true },
  boot: { activates: false, setsBootDefault: true },
} satisfies { readonly [name: string]: GoalBehaviour };

export type GoalName = keyof typeof GOALS;
export const GOAL_NAMES = Object.keys(GOALS) as readonly GoalName[];

/** What to do with the system on the host. The public class for it is DeploymentGoal. */
export interface Goal extends GoalBehaviour {
  readonly name: GoalName;
}

/** The goal that a job names. */
export function goalNamed(name: GoalName): Goal {
  return { name, ...GOALS[name] };
}
