import type { Problem } from './problem';

/** The problem with where a secret is kept, by its name, when the host restarts before anything reads it, if there is one. */
export function unopenedProblem(storage: unknown): Problem | undefined {
  if (storage !== 'memory') return undefined;
  return {
    given: 'SecretStorage.MEMORY for a system that runs only after a restart',
    expected: 'a secret that outlives the restart',
    fix: 'use SecretStorage.KEPT, or DeploymentGoal.SWITCH',
  };
}
