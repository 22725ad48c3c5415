import { CONNECTION_FIELDS, ENDPOINT_FIELDS, LOGIN_FIELDS } from '../../../job/connection-fields';
import { DEPLOYMENT_FIELDS, OWNER_FIELDS, SYSTEM_FIELDS, VALUE_FIELDS } from '../../../job/deployment-fields';
import { type EscalationName, escalationNamed } from '../../../job/escalation';
import { field, oneOf } from '../../../job/field';
import type { GoalName } from '../../../job/goal';
import { constructPathProblem } from '../../../validation/construct-path';
import { display } from '../../../validation/display';
import type { Problem } from '../../../validation/problem';
import { publicKeyProblem } from '../../../validation/public-key';
import { ambiguousNamesProblem, valueNameProblem } from '../../../validation/value-name';
import { JobChecks, type Unchecked } from '../../job-checks';
import { checkOrigin, checkSecrets } from './check-secrets';

/** Checks the job of a deployment. @throws InputError for the first problem */
export function checkDeployment(job: Unchecked, checks: JobChecks): void {
  checks.check('machine', job.machine, constructPathProblem);
  checks.fields('', DEPLOYMENT_FIELDS, job);
  checks.fields('', SYSTEM_FIELDS, job);
  if (job.owner !== undefined) checks.fields('owner.', OWNER_FIELDS, checks.object('owner', job.owner));
  checkConnection(checks.object('connection', job.connection), new JobChecks(job.machine as string));
  checkValues(checks.object('values', job.values), checks);
  checkPassword(job, checks);
  if (job.secrets === undefined) return;
  checkSecrets(checks.object('secrets', job.secrets), job.goal as GoalName, checks);
}

/** Checks where the password for sudo is read, if it is asked for. @throws InputError for the first problem */
export function checkPassword({ connection, sudoPassword, machine }: Unchecked, checks: JobChecks): void {
  const { privilegeEscalation } = connection as { readonly privilegeEscalation: EscalationName };
  if (!escalationNamed(privilegeEscalation).asksForPassword) return;
  const at = 'ssh.privilegeEscalation.password';
  checkOrigin(checks.object(at, sudoPassword), at, new JobChecks(machine as string));
}

/** Checks how to log in. @param checks in the name of the machine @throws InputError for the first problem */
export function checkConnection(connection: Unchecked, checks: JobChecks): void {
  checkEndpoint(connection, checks, '', 'ssh.');
  checks.fields('ssh.', CONNECTION_FIELDS, connection);
  checks.list('ssh.jumpHosts', connection.jumpHosts).forEach((jumpHost, i) => {
    const name = `ssh.jumpHosts[${i}]`;
    checkEndpoint(checks.object(name, jumpHost), checks, `${name}.`, `${name}.`);
  });
}

/** @param login leads the names of the fields that a machine has in its `ssh`, and a jump host in itself */
function checkEndpoint(endpoint: Unchecked, checks: JobChecks, prefix: string, login: string): void {
  checks.fields(prefix, ENDPOINT_FIELDS, endpoint);
  checks.fields(login, LOGIN_FIELDS, endpoint);
  const name = `${prefix}hostKeys`;
  checks.check(name, endpoint.hostKeys, hostKeysProblem);
  (endpoint.hostKeys as unknown[]).forEach((entry, i) => {
    const { publicKey, certificateAuthority } = checks.object(`${name}[${i}]`, entry);
    checks.required(`${name}[${i}]`, publicKey, field(publicKeyProblem));
    checks.check(`${name}[${i}].certificateAuthority`, certificateAuthority, oneOf(true, false));
  });
}

const PIN_A_KEY = 'pin a public key that was read on the host itself (/etc/ssh/ssh_host_ed25519_key.pub)';

function hostKeysProblem(value: unknown): Problem | undefined {
  if (Array.isArray(value) && value.length > 0) return undefined;
  return { given: display(value), expected: 'at least one host key', fix: PIN_A_KEY };
}

function checkValues(values: Unchecked, checks: JobChecks): void {
  checks.check('values', values, () => ambiguousNamesProblem(Object.keys(values)));
  for (const [name, given] of Object.entries(values)) {
    checks.check(`values.${name}`, name, valueNameProblem);
    const value = checks.object(`values.${name}`, given);
    checks.check(`values.${name}.value`, value.value, carriedExactly);
    checks.fields(`values.${name}.`, VALUE_FIELDS, value);
  }
}

/** JSON's numbers are doubles here: a longer whole number would reach the host changed. */
function carriedExactly(value: unknown): Problem | undefined {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return { given: display(value), expected: 'a whole number of at most 53 bits', fix: 'give it as a string' };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.values(value)
    .map(carriedExactly)
    .find((problem) => problem !== undefined);
}
