import { display } from './display';
import type { Problem } from './problem';

/** The problem with a TCP port, if there is one. */
export function portProblem(port: unknown): Problem | undefined {
  if (typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65535) return undefined;
  return {
    given: display(port),
    expected: 'a port: a whole number from 1 to 65535',
    fix: typeof port === 'string' ? 'give a number, not a string' : 'give the port that sshd listens on',
  };
}
