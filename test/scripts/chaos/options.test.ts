import { expect, it } from 'vitest';
import { chaosOptions, USAGE } from '../../../scripts/chaos/options.mjs';

it('a chaos has twenty runs, two workers and a new seed unless it is asked for others', () => {
  expect(chaosOptions([])).toEqual({ runs: 20, seed: expect.any(Number), workers: 2, only: undefined });
});

it('a chaos takes all its options', () => {
  const args = '--runs 200 --seed 7 --workers 3 --only power'.split(' ');
  expect(chaosOptions(args)).toEqual({ runs: 200, seed: 7, workers: 3, only: 'power' });
});

it('there is no chaos when it is asked for help', () => {
  expect(chaosOptions(['--runs', '2', '--help'])).toBeUndefined();
});

it.each([
  [['--runs', '0'], '--runs: got 0, expected a whole number from 1 to 10000'],
  [['--seed', 'x'], '--seed: got x, expected a whole number from 0 to 2147483648'],
  [['--workers', '17'], '--workers: got 17, expected a whole number from 1 to 16'],
  [['--only', 'storm'], '--only: got storm, expected one of client, supervisor'],
  [['--runs', '1', '--only', 'power'], '--only: got it with --runs 1, expected one of both'],
  [['--helped'], "Unknown option '--helped'"],
])('a chaos refuses %j and prints its usage', (args, message) => {
  expect(() => chaosOptions(args)).toThrow(message);
  expect(() => chaosOptions(args)).toThrow(USAGE);
});
