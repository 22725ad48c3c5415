import { expect, it } from 'vitest';
import { DeploymentGoal } from '../../lib/deployment-goal';
import { GOAL_NAMES, goalNamed } from '../../lib/job/goal';

it('a goal says whether it activates the system and whether the host boots it', () => {
  expect(goalNamed('switch')).toEqual({ name: 'switch', activates: true, setsBootDefault: true });
  expect(goalNamed('boot')).toEqual({ name: 'boot', activates: false, setsBootDefault: true });
});

it('each goal of a job has a constant of the public class that behaves alike', () => {
  const constants = Object.values(DeploymentGoal) as DeploymentGoal[];
  expect(constants.map(({ name }) => name)).toEqual(GOAL_NAMES);
  expect(constants.map((goal) => ({ ...goal }))).toEqual(GOAL_NAMES.map(goalNamed));
});
