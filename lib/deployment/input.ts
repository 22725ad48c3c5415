import type { Construct } from 'constructs';
import type { DeploymentGoal } from '../deployment-goal';
import type { DeploymentPolicies } from '../deployment-policies';
import { CONNECTION_FIELDS } from '../job/connection-fields';
import { DEPLOYMENT_FIELDS, VALUE_FIELDS } from '../job/deployment-fields';
import { jobValues } from '../job/field';
import type { HostValue } from '../host-value';
import { isPlainObject } from '../private/plain-object';
import { isToken } from '../terraform/token';
import { display } from '../validation/display';
import type { Problem } from '../validation/problem';
import { ambiguousNamesProblem, valueNameProblem } from '../validation/value-name';
import { Checks } from '../terraform/checks';
import { jsonDataProblem } from './json-value';
import { checkConnection, type SshTarget } from '../ssh-connection';

/** What a user gives to a deployment, as far as it is checked here. */
interface DeploymentInput extends DeploymentPolicies {
  readonly machine: SshTarget;
  readonly goal?: DeploymentGoal;
  readonly triggers?: { readonly [name: string]: string };
  readonly values?: { readonly [name: string]: HostValue };
}

/** The trigger names that this package gives a meaning, now or later. */
const RESERVED = ['toplevel', 'machine', 'goal', 'values', 'secrets'];

/** Refuses what a deployment can't be made of, as far as it is known at synth. */
export function checkDeployment(scope: Construct, props: DeploymentInput): void {
  checkConnection(props.machine);
  const check = new Checks(scope.node.path);
  check.fields('', DEPLOYMENT_FIELDS, { ...props });
  checkProofTime(check, props);
  checkMap(check, 'triggers', props.triggers);
  for (const name of Object.keys(props.triggers ?? {})) {
    check.refuse('triggers', triggerNameProblem(name));
    const text = props.triggers?.[name];
    if (!isToken(text)) check.refuse(`triggers.${name}`, triggerProblem(text));
  }
  checkMap(check, 'values', props.values);
  check.refuse('values', ambiguousNamesProblem(Object.keys(props.values ?? {})));
  for (const [name, value] of Object.entries(props.values ?? {})) checkValue(check, name, value);
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

function checkMap(check: Checks, field: string, map: object | undefined): void {
  if (map === undefined || isPlainObject(map)) return;
  check.refuse(field, {
    given: 'an object with a prototype of its own',
    expected: 'a plain object',
    fix: 'write a name like __proto__ as a computed key: ["__proto__"]',
  });
}

function checkValue(check: Checks, name: string, hostValue: HostValue): void {
  check.refuse('values', valueNameProblem(name));
  const found = jsonDataProblem(hostValue.value);
  check.refuse(`values.${name}.value${found?.at ?? ''}`, found?.problem);
  check.fields(`values.${name}.`, VALUE_FIELDS, { ...hostValue });
}

function triggerNameProblem(name: string): Problem | undefined {
  const expected = `a name that has no meaning here (${RESERVED.join(', ')} have one)`;
  // cdktf would set the prototype of the map that it renders.
  if (!RESERVED.includes(name) && name !== '__proto__') return valueNameProblem(name);
  return { given: display(name), expected, fix: 'rename it' };
}

function triggerProblem(text: unknown): Problem | undefined {
  if (typeof text === 'string') return undefined;
  return { given: display(text), expected: 'a string', fix: 'write it as text, for example with String()' };
}
