import { Checks } from '../terraform/checks';
import { isToken } from '../terraform/token';
import { display } from '../validation/display';
import type { Problem } from '../validation/problem';
import { checkConnection, type SshTarget } from './ssh-connection';

/** A machine as a deployment sees it. A user may have written its class. */
export interface Machine extends SshTarget {
  readonly identity: string;
  readonly dependencies: readonly unknown[];
  readonly isImmutable?: boolean;
}

/**
 * Refuses a machine that nothing can be deployed to, as far as that is known at synth. What is in its `dependencies` is
 * checked with all other order.
 *
 * @throws InputError in the name of the machine
 */
export function checkMachine(machine: Machine): void {
  checkConnection(machine);
  const check = new Checks(machine.node.path);
  check.refuse('identity', identityProblem(machine.identity));
  check.refuse('dependencies', machine.dependencies === undefined ? NO_LIST : undefined);
  check.list('dependencies', machine.dependencies);
}

const NO_LIST: Problem = {
  given: 'nothing',
  expected: 'a list of what a deployment waits for',
  fix: 'give the resource that makes the server, or [] if the host exists already',
};

/** The problem with the identity of a machine, if there is one. */
export function identityProblem(identity: unknown): Problem | undefined {
  if (isToken(identity)) return undefined;
  const problem = (fix: string) => ({
    given: display(identity),
    expected: 'text that changes exactly when this is another machine or disk',
    fix,
  });
  if (typeof identity !== 'string') return problem('give the id of the server as text');
  if (identity === '') return problem('give the id of the server');
  // As text it would never change, and no new server would be deployed to.
  if (identity.includes('${'))
    return problem('give an attribute of a construct: an expression in text is not resolved');
  return undefined;
}
