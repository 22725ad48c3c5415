import type { Construct } from 'constructs';
import type { DeploymentPolicies } from '../deployment-policies';
import { DEFAULT_CONFIRM_TIMEOUT_SECONDS } from '../deployment-policies';
import type { HostValue } from '../host-value';
import { isPlainObject } from '../private/plain-object';
import { isToken } from '../terraform/token';
import { DEFAULT_CONNECT_TIMEOUT_SECONDS } from '../ssh-options';
import { display } from '../validation/display';
import type { Problem } from '../validation/problem';
import { secondsProblem } from '../validation/seconds';
import { unitNameProblem } from '../validation/unit-name';
import { ambiguousNamesProblem, valueNameProblem } from '../validation/value-name';
import { Checks } from '../terraform/checks';
import { jsonDataProblem } from './json-value';
import { checkConnection, type SshTarget } from '../ssh-connection';

/** What a user gives to a deployment, as far as it is checked here. */
interface DeploymentInput extends DeploymentPolicies {
  readonly machine: SshTarget;
  readonly triggers?: { readonly [name: string]: string };
  readonly values?: { readonly [name: string]: HostValue };
}

/** The trigger names that this package gives a meaning, now or later. */
const RESERVED = ['toplevel', 'machine', 'goal', 'values', 'secrets'];

/** Refuses what a deployment can't be made of, as far as it is known at synth. */
export function checkDeployment(scope: Construct, props: DeploymentInput): void {
  checkConnection(props.machine);
  const check = new Checks(scope.node.path);
  checkLimits(check, props);
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

function checkLimits(check: Checks, props: DeploymentInput): void {
  check.literal('activationTimeoutSeconds', props.activationTimeoutSeconds, secondsProblem);
  check.literal('confirmTimeoutSeconds', props.confirmTimeoutSeconds, secondsProblem);
  const confirm = props.confirmTimeoutSeconds ?? DEFAULT_CONFIRM_TIMEOUT_SECONDS;
  const connect = props.machine.ssh.connectTimeoutSeconds ?? DEFAULT_CONNECT_TIMEOUT_SECONDS;
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

function checkValue(check: Checks, name: string, { value, restartUnits = [] }: HostValue): void {
  check.refuse('values', valueNameProblem(name));
  const found = jsonDataProblem(value);
  check.refuse(`values.${name}.value${found?.at ?? ''}`, found?.problem);
  restartUnits.forEach((unit, i) => check.literal(`values.${name}.restartUnits[${i}]`, unit, unitNameProblem));
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
