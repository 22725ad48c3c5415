import type { Construct } from 'constructs';
import type { DeploymentGoal } from '../deployment-goal';
import type { DeploymentPolicies } from '../deployment-policies';
import { CONNECTION_FIELDS } from '../job/connection-fields';
import { DEPLOYMENT_FIELDS } from '../job/deployment-fields';
import { jobValues } from '../job/field';
import { isPlainObject } from '../private/plain-object';
import { checkMachine, type Machine } from './machine';
import { Checks } from '../terraform/checks';
import { isToken } from '../terraform/token';
import { display, displayInstance, displayKind } from '../validation/display';
import type { Problem } from '../validation/problem';
import { instanceProblem, type OptionNames } from '../validation/options';
import { valueNameProblem } from '../validation/value-name';
import { checkSecrets, type Secrets } from './secrets/check';
import { checkTriggersForSecrets } from './secrets/in-triggers';
import { checkValues, type HostValues } from './values';

/** The props of a deployment as its parts see them: they know no construct. */
export interface DeploymentInput extends DeploymentPolicies {
  readonly machine: Machine;
  readonly configuration: { readonly toplevel: string };
  readonly goal?: DeploymentGoal;
  readonly triggers?: { readonly [name: string]: string };
  readonly values?: HostValues;
  readonly secrets?: Secrets;
  readonly resource?: unknown;
  readonly dependsOn?: readonly unknown[];
}

/** The names of triggers that this package gives a meaning, now or later. */
// With __proto__, cdktf would set the prototype of the map that it renders.
const RESERVED = ['toplevel', 'machine', 'goal', 'values', 'secrets', '__proto__'];

/**
 * Refuses props that cannot make a deployment, as far as they are known at synth.
 *
 * @param names those of all props, without which any name passes: a subclass may hand on what it got itself
 */
export function checkDeployment(scope: Construct, props: DeploymentInput, names: OptionNames | undefined): void {
  const check = new Checks(scope.node.path);
  check.options('props', props, names, '');
  checkKinds(check, props);
  const { triggers = {}, values = {}, secrets = {} } = props;
  checkMachine(props.machine);
  check.fields('', DEPLOYMENT_FIELDS, { ...props });
  checkProofTime(check, props);
  check.refuse('triggers', mapProblem(triggers));
  checkTriggers(check, triggers);
  check.refuse('values', mapProblem(values));
  checkValues(check, values);
  check.refuse('secrets', mapProblem(secrets));
  checkSecrets(check, secrets, props.goal?.activates ?? true);
  checkTriggersForSecrets(check, triggers, secrets);
}

/** Refuses what is not the object, or the list, that the constructs work with. */
function checkKinds(check: Checks, { machine, configuration, resource, dependsOn }: DeploymentInput): void {
  const aMachine = 'write NixosMachine.fromHost(...), or give a construct that implements INixosMachine';
  const aConfiguration = 'write NixosConfiguration.fromFlake(".#web")';
  check.refuse('machine', instanceProblem(machine, 'node', 'a machine (INixosMachine)', aMachine));
  if (machine.isImmutable) check.refuse('machine', immutableProblem(machine.node.path));
  check.refuse('configuration', instanceProblem(configuration, '_evaluation', 'a NixosConfiguration', aConfiguration));
  checkResource(check, resource);
  check.list('dependsOn', dependsOn);
}

function immutableProblem(path: string): Problem {
  return {
    given: `${path}, whose server another image replaces (replaceOnImageChange)`,
    expected: 'a machine that deployments keep current',
    fix: 'put the configuration into the image, or remove replaceOnImageChange from the machine',
  };
}

/** @throws InputError when it is not a kind of resource */
export function checkResource(check: Checks, resource: unknown): void {
  if (resource === undefined) return;
  const fix = 'write DeploymentResource.NULL_RESOURCE or DeploymentResource.TERRAFORM_DATA';
  check.refuse('resource', instanceProblem(resource, '_type', 'a constant of the class DeploymentResource', fix));
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

function mapProblem(map: unknown): Problem | undefined {
  if (isPlainObject(map)) return undefined;
  const expected = 'a plain object';
  if (typeof map !== 'object' || map === null || Array.isArray(map)) {
    return { given: displayKind(map), expected, fix: 'write { name: ... }' };
  }
  if (map.constructor !== Object) return { given: displayInstance(map), expected, fix: 'copy its fields: { ...it }' };
  const fix = 'write a name like __proto__ as a computed key: ["__proto__"]';
  return { given: 'an object with a prototype of its own', expected, fix };
}

function checkTriggers(check: Checks, triggers: { readonly [name: string]: unknown }): void {
  for (const [name, text] of Object.entries(triggers)) {
    check.refuse('triggers', triggerNameProblem(name));
    if (!isToken(text)) check.refuse(`triggers.${name}`, triggerProblem(text));
  }
}

function triggerNameProblem(name: string): Problem | undefined {
  const fix = 'rename it';
  if (RESERVED.includes(name)) {
    return { given: display(name), expected: `a name that is not reserved (${RESERVED.join(', ')})`, fix };
  }
  const problem = valueNameProblem(name);
  return problem && { ...problem, fix };
}

function triggerProblem(text: unknown): Problem | undefined {
  if (typeof text === 'string') return undefined;
  return { given: display(text), expected: 'a string', fix: 'write it as text, for example with String()' };
}
