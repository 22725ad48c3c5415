import { describe, expect, it } from 'vitest';
import { cardOf, COMBINATIONS, seedOf } from './card';
import { failureOf, lineOf, missedIn, tableOf } from './report';
import type { Result } from './trial';

/** One run for each combination, each in the phase that was meant. */
const RESULTS = COMBINATIONS.map((combination): Result => {
  const card = cardOf(seedOf(combination, 5));
  return { card, hit: card.phase, status: 0, state: 'committed', seconds: 9.04, complaints: [], evidence: [] };
});

const FAILED: Result = { ...RESULTS[0]!, hit: 'over', status: undefined, complaints: ['the lock is held'] };

describe('the report of a chaos', () => {
  it('has a line for each run, which says where the event was meant to strike and where it did', () => {
    expect(lineOf(7, RESULTS[0]!)).toMatch(
      /^run 7, seed 300, client: killed, inspect at \d+ %, nixos, status 0, host committed, 9\.0 s, good$/,
    );
    expect(lineOf(8, FAILED)).toMatch(/inspect \(hit: over\) at \d+ %, nixos, status none, .* FAILED$/);
  });

  it('repeats a failure by a command, and gives its complaints and evidence', () => {
    expect(failureOf({ ...FAILED, evidence: ['web: connect: ...'] })).toBe(
      'npm run chaos -- --seed 300 --runs 1\n  * the lock is held\n  web: connect: ...',
    );
  });

  it('counts a hit where it was, not where it was meant', () => {
    expect(tableOf(RESULTS)).toContain('| client | 1 | 1 | 1 | 1 | 1 | 1 |');
    expect(tableOf([...RESULTS.slice(1), FAILED])).toContain('| client | 0 | 1 | 1 | 1 | 1 | 1 |');
  });

  it('names the combinations that were not hit often enough', () => {
    expect(missedIn(RESULTS, 1)).toEqual([]);
    expect(missedIn([...RESULTS.slice(1), FAILED], 1)).toEqual(['client in inspect: 0']);
  });
});
