import type { Construct } from 'constructs';
import type { DeploymentGoal } from '../deployment-goal';
import type { DeploymentPolicies } from '../deployment-policies';
import { CONNECTION_FIELDS } from '../job/connection-fields';
import { DEPLOYMENT_FIELDS } from '../job/deployment-fields';
import { jobValues } from '../job/field';
import { isPlainObject } from '../private/plain-object';
import { checkConnection, type SshTarget } from './ssh-connection';
import { Checks } from '../terraform/checks';
import { isToken } from '../terraform/token';
import { display } from '../validation/display';
import type { Problem } from '../validation/problem';
import { valueNameProblem } from '../validation/value-name';
import { checkValues, type HostValues } from './values';

/** The props of a deployment as its parts see them: they know no construct. */
export interface DeploymentInput extends DeploymentPolicies {
  readonly machine: SshTarget & { readonly identity: string };
  readonly configuration: { readonly toplevel: string };
  readonly goal?: DeploymentGoal;
  readonly triggers?: { readonly [name: string]: string };
  readonly values?: HostValues;
}

/** The names of triggers that this package gives a meaning, now or later. */
const RESERVED = ['toplevel', 'machine', 'goal', 'values', 'secrets'];

/** Refuses props that cannot make a deployment, as far as they are known at synth. */
export function checkDeployment(scope: Construct, props: DeploymentInput): void {
  const { triggers = {}, values = {} } = props;
  checkConnection(props.machine);
  const check = new Checks(scope.node.path);
  check.fields('', DEPLOYMENT_FIELDS, { ...props });
  checkProofTime(check, props);
  checkMap(check, 'triggers', triggers);
  checkTriggers(check, triggers);
  checkMap(check, 'values', values);
  checkValues(check, values);
}

function checkProofTime(check: Checks, props: DeploymentInput): void {
  const { confirmTimeoutSeconds: confirm } = jobValues(DEPLOYMENT_FIELDS, props);
  const { connectTimeoutSeconds: connect } = jobValues(CONNECTION_FIELDS, props.machine.ssh);
  if (confirm >= connect) return;
  check.refuse('confirmTimeoutSeconds', {
    given: String(confirm),
    expected: `at least the ${connect} seconds that one attempt to connect may take (ssh.connectTimeoutSeconds)`,
    fix: 'raise it, or lower ssh.connectTimeoutSeconds of the machine',
  });
}

function checkMap(check: Checks, field: string, map: object): void {
  if (isPlainObject(map)) return;
  check.refuse(field, {
    given: 'an object with a prototype of its own',
    expected: 'a plain object',
    fix: 'write a name like __proto__ as a computed key: ["__proto__"]',
  });
}

function checkTriggers(check: Checks, triggers: { readonly [name: string]: unknown }): void {
  for (const [name, text] of Object.entries(triggers)) {
    check.refuse('triggers', triggerNameProblem(name));
    if (!isToken(text)) check.refuse(`triggers.${name}`, triggerProblem(text));
  }
}

function triggerNameProblem(name: string): Problem | undefined {
  const expected = `a name without a meaning of its own (reserved: ${RESERVED.join(', ')})`;
  // cdktf would set the prototype of the map that it renders.
  if (!RESERVED.includes(name) && name !== '__proto__') return valueNameProblem(name);
  return { given: display(name), expected, fix: 'rename it' };
}

function triggerProblem(text: unknown): Problem | undefined {
  if (typeof text === 'string') return undefined;
  return { given: display(text), expected: 'a string', fix: 'write it as text, for example with String()' };
}
