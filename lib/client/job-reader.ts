import { display } from '../validation/display';
import { hostProblem } from '../validation/host';
import { identityFileProblem } from '../validation/identity-file';
import { portProblem } from '../validation/port';
import { InputError, type Problem } from '../validation/problem';
import { publicKeyProblem } from '../validation/public-key';
import { secondsProblem } from '../validation/seconds';
import { SYSTEM } from '../validation/system';
import { derivationPathProblem, storePathProblem } from '../validation/store-path';
import { unitNameProblem } from '../validation/unit-name';
import { userProblem } from '../validation/user';
import { ambiguousNamesProblem, valueNameProblem } from '../validation/value-name';
import type { Job } from '../job/job';

/** The variable that a job travels in; it may hold sensitive values. */
export const JOB_VARIABLE = 'CDKTF_NIXOS_JOB';

/** A parsed JSON object whose fields are not known yet. */
type Fields = { readonly [name: string]: unknown };
type Check = (value: unknown) => Problem | undefined;

const REGENERATE = 'run cdktf synth again with the version of cdktf-nixos that applies';

/**
 * Takes the job out of the environment, so that no child process sees it, and checks all of it:
 * what was a Terraform token at synth has its value only now.
 */
export function takeJob(environment: NodeJS.ProcessEnv): Job {
  const text = environment[JOB_VARIABLE];
  delete environment[JOB_VARIABLE];
  return readJob(text);
}

/** The job in a JSON text; throws InputError for the first thing that is wrong with it. */
export function readJob(text: string | undefined): Job {
  const fields = parse(text);
  const at = checkAt(typeof fields.path === 'string' ? fields.path : 'cdktf-nixos');
  at('format', fields.format, oneOf(1));
  at('path', fields.path, text_);
  at('kind', fields.kind, oneOf('deployment', 'build'));
  if (fields.kind === 'build') checkBuild(fields, at);
  else checkDeployment(fields, at);
  return fields as unknown as Job;
}

type At = (field: string, value: unknown, check: Check) => void;

/** Checks fields that the construct at `path` was given. */
function checkAt(path: string): At {
  return (field, value, check) => {
    const problem = check(value);
    if (problem !== undefined) throw new InputError(path, field, problem);
  };
}

function checkBuild(job: Fields, at: At): void {
  at('outPath', job.outPath, known(storePathProblem));
  at('drvPath', job.drvPath, known(derivationPathProblem));
}

function checkDeployment(job: Fields, at: At): void {
  at('machine', job.machine, text_);
  at('goal', job.goal, oneOf('switch', 'boot'));
  at('toplevel', job.toplevel, known(storePathProblem));
  at('drvPath', job.drvPath, optional(derivationPathProblem));
  at('system', job.system, optional(matching(SYSTEM, 'a platform, for example "x86_64-linux"')));
  at('activationTimeoutSeconds', job.activationTimeoutSeconds, known(secondsProblem));
  at('confirmTimeoutSeconds', job.confirmTimeoutSeconds, known(secondsProblem));
  at('connection', job.connection, object);
  checkConnection(job.connection as Fields, checkAt(job.machine as string));
  at('values', job.values, object);
  checkValues(job.values as Fields, at);
}

function checkConnection(connection: Fields, at: At): void {
  checkEndpoint('', connection, at);
  at('ssh.privilegeEscalation', connection.privilegeEscalation, oneOf('none', 'sudo'));
  at('ssh.connectTimeoutSeconds', connection.connectTimeoutSeconds, known(secondsProblem));
  at('ssh.bootTimeoutSeconds', connection.bootTimeoutSeconds, known(secondsProblem));
  at('ssh.jumpHosts', connection.jumpHosts, list);
  (connection.jumpHosts as unknown[]).forEach((jump, i) => {
    at(`ssh.jumpHosts[${i}]`, jump, object);
    checkEndpoint(`ssh.jumpHosts[${i}].`, jump as Fields, at);
  });
}

/** `prefix` leads the fields of a jump host; those of the machine itself are `host`, `hostKeys` and `ssh.<field>`. */
function checkEndpoint(prefix: string, endpoint: Fields, at: At): void {
  const ssh = prefix === '' ? 'ssh.' : prefix;
  at(`${prefix}host`, endpoint.host, known(hostProblem));
  at(`${ssh}user`, endpoint.user, known(userProblem));
  at(`${ssh}port`, endpoint.port, known(portProblem));
  at(`${ssh}identityFile`, endpoint.identityFile, optional(identityFileProblem));
  at(`${prefix}hostKeys`, endpoint.hostKeys, nonEmptyList);
  (endpoint.hostKeys as unknown[]).forEach((entry, i) => {
    at(`${prefix}hostKeys[${i}]`, entry, object);
    at(`${prefix}hostKeys[${i}]`, (entry as Fields).publicKey, known(publicKeyProblem));
    at(`${prefix}hostKeys[${i}].certificateAuthority`, (entry as Fields).certificateAuthority, oneOf(true, false));
  });
}

function checkValues(values: Fields, at: At): void {
  at('values', values, () => ambiguousNamesProblem(Object.keys(values)));
  for (const [name, entry] of Object.entries(values)) {
    at(`values.${name}`, name, valueNameProblem);
    at(`values.${name}`, entry, object);
    const { value, restartUnits } = entry as Fields;
    at(`values.${name}.value`, value, carriedExactly);
    at(`values.${name}.restartUnits`, restartUnits, list);
    (restartUnits as unknown[]).forEach((unit, i) =>
      at(`values.${name}.restartUnits[${i}]`, unit, known(unitNameProblem)),
    );
  }
}

function parse(text: string | undefined): Fields {
  const refuse = (given: string, fix: string): never => {
    throw new InputError('cdktf-nixos', JOB_VARIABLE, { given, expected: 'a job as JSON', fix });
  };
  if (text === undefined || text === '') {
    return refuse('nothing', 'this program is started by Terraform; run cdktf deploy or terraform apply');
  }
  let job: unknown;
  try {
    job = JSON.parse(text);
  } catch {
    // The text may hold sensitive values: it is not shown.
    return refuse(`${text.length} characters that are not JSON`, REGENERATE);
  }
  return object(job) === undefined ? (job as Fields) : refuse(display(job), REGENERATE);
}

/** A required field: Terraform turns an attribute that has no value into null. */
function known(check: Check): Check {
  return (value) => {
    const problem = check(value);
    if (problem === undefined || (value !== null && value !== undefined)) return problem;
    return {
      ...problem,
      fix: 'Terraform gave no value here; look at the resource attribute that this field comes from',
    };
  };
}

function optional(check: Check): Check {
  return (value) => (value === undefined || value === null ? undefined : check(value));
}

function oneOf(...allowed: readonly (string | number | boolean)[]): Check {
  return (value) => {
    if (allowed.includes(value as string)) return undefined;
    return { given: display(value), expected: allowed.map(display).join(' or '), fix: REGENERATE };
  };
}

function matching(pattern: RegExp, expected: string): Check {
  return (value) => {
    if (typeof value === 'string' && pattern.test(value)) return undefined;
    return { given: display(value), expected, fix: REGENERATE };
  };
}

const text_ = matching(/^[^\u0000-\u001f\u007f]+$/, 'a construct path');

function object(value: unknown): Problem | undefined {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return undefined;
  return { given: display(value), expected: 'an object', fix: REGENERATE };
}

function list(value: unknown): Problem | undefined {
  return Array.isArray(value) ? undefined : { given: display(value), expected: 'a list', fix: REGENERATE };
}

function nonEmptyList(value: unknown): Problem | undefined {
  if (Array.isArray(value) && value.length > 0) return undefined;
  return { given: display(value), expected: 'at least one host key', fix: 'pin the key that the host shows' };
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
