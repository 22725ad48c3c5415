import { expect, it } from 'vitest';
import { secondsProblem } from '../../lib/validation/seconds';

it.each([
  [0, '0', 'give the limit in seconds'],
  [-1, '-1', 'give the limit in seconds'],
  [1.5, '1.5', 'give the limit in seconds'],
  [NaN, 'NaN', 'give the limit in seconds'],
  [Infinity, 'Infinity', 'give the limit in seconds'],
  [1000000, '1000000', 'give the limit in seconds'],
  ['10s', '"10s"', 'give a number without a unit'],
  [null, 'null', 'give the limit in seconds'],
])('a limit of %j seconds is refused', (seconds, given, fix) => {
  expect(secondsProblem(seconds)).toEqual({ given, expected: 'seconds: a whole number from 1 to 999999', fix });
});

it('the longest limit that a timer of Node can wait is accepted', () => {
  expect(secondsProblem(999999)).toBeUndefined();
});
