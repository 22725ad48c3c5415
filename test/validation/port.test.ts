import { expect, it } from 'vitest';
import { portProblem } from '../../lib/validation/port';

it.each([
  [0, '0', 'give the port that sshd listens on'],
  [65536, '65536', 'give the port that sshd listens on'],
  [-1, '-1', 'give the port that sshd listens on'],
  [22.5, '22.5', 'give the port that sshd listens on'],
  [NaN, 'NaN', 'give the port that sshd listens on'],
  [null, 'null', 'give the port that sshd listens on'],
  ['22', '"22"', 'give a number, not a string'],
  ['22;x', '"22;x"', 'give a number, not a string'],
])('the port %j is refused', (port, given, fix) => {
  expect(portProblem(port)).toEqual({ given, expected: 'a port: a whole number from 1 to 65535', fix });
});

it.each([1, 22, 65535])('the port %d is accepted', (port) => {
  expect(portProblem(port)).toBeUndefined();
});
