import { closeSync, readFileSync } from 'node:fs';
import { oneOf } from '../job/field';
import { constructPathProblem } from '../validation/construct-path';
import { display } from '../validation/display';
import { InputError, REGENERATE } from '../validation/problem';
import { JobChecks, objectProblem, type Unchecked } from './job-checks';
import { bindJob, type BoundJob } from './jobs/job-kind';
import type { JobKinds } from './jobs/job-kinds';
import { logFileProblem } from './report/log-file';

/** The variable in which Terraform hands the job to launch.sh. */
const JOB_VARIABLE = 'CDKTF_NIXOS_JOB';

/**
 * Takes the job from the descriptor that launch.sh names, so that the client does not have it in its environment. Checks
 * all of it: what was a Terraform token at synth has its value only now.
 *
 * @param descriptor a number; undefined when somebody else than launch.sh started the client
 * @throws InputError for the first thing that is wrong with it
 * @throws DeployError when the bundle of its kind is damaged
 */
export function takeJob(descriptor: string | undefined, kinds: JobKinds): BoundJob {
  return readJob(descriptor === undefined ? undefined : readToEnd(Number(descriptor)), kinds);
}

/** Closed at once: a child would inherit it. */
function readToEnd(descriptor: number): string {
  try {
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The job in a JSON text.
 *
 * @throws InputError for the first thing that is wrong with it
 * @throws DeployError when the bundle of its kind is damaged
 */
export function readJob(text: string | undefined, kinds: JobKinds): BoundJob {
  const job = parse(text);
  const checks = new JobChecks(typeof job.path === 'string' ? job.path : 'cdktf-nixos');
  checks.check('format', job.format, oneOf(1));
  checks.check('path', job.path, constructPathProblem);
  if (job.log !== undefined) checks.check('log', job.log, logFileProblem);
  checks.check('kind', job.kind, (kind) => kinds.problem(kind));
  return bindJob(kinds.named(job.kind as string), job, checks);
}

function parse(text: string | undefined): Unchecked {
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
  return objectProblem(job) === undefined ? (job as Unchecked) : refuse(display(job), REGENERATE);
}
