import { describe, expect, it } from 'vitest';
import { GOAL_NAMES, goalNamed } from '../../../lib/job/goal';
import { runFunctions } from '../support/supervisor-functions';

const holds = (code: string, ...args: string[]) => runFunctions(`yes_if ${code}`, ...args).trim();
const yesIf = (condition: boolean) => (condition ? 'yes' : 'no');

describe('goals on the host', () => {
  it.each(GOAL_NAMES.map(goalNamed))('$name means for the supervisor what it means for the client', (goal) => {
    expect(holds('is_goal "$1"', goal.name)).toBe('yes');
    expect(holds('goal_activates "$1"', goal.name)).toBe(yesIf(goal.activates));
    expect(holds('goal_sets_boot_default "$1"', goal.name)).toBe(yesIf(goal.setsBootDefault));
  });

  it.each(['dry-activate', '', 'switch boot', 'BOOT'])('"%s" is not a goal', (word) => {
    expect(holds('is_goal "$1"', word)).toBe('no');
    expect(holds('goal_activates "$1"', word)).toBe('no');
    expect(holds('goal_sets_boot_default "$1"', word)).toBe('no');
  });

  it.each([
    ['started', 'switch', 'yes'],
    ['activating', 'switch', 'no'],
    ['committing', 'switch', 'no'],
    ['committing', 'boot', 'yes'],
    ['activating', 'dry-activate', 'no'],
    ['activating', '', 'no'],
  ])('a transaction that was in state %s with goal "%s" has never switched the host: %s', (state, goal, expected) => {
    expect(runFunctions('journal_goal=$2; yes_if never_switched "$1"', state, goal).trim()).toBe(expected);
  });
});
