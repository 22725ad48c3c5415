import { isToken } from './token';
import { Checks } from './checks';

/** Linux's MAX_ARG_STRLEN: one string of an environment, with its name and its end. */
const LIMIT_BYTES = 128 * 1024;
const FRAME_BYTES = 'CDKTF_NIXOS_JOB='.length + 1;

/** Refuses a job that no process can be started with. What is known only at apply counts as nothing. */
export function refuseOversizedJob(path: string, job: object): void {
  const literals = JSON.stringify(job, (_key, value: unknown) => (isToken(value) ? null : value));
  const bytes = FRAME_BYTES + asciiLength(literals);
  if (bytes <= LIMIT_BYTES) return;
  new Checks(path).refuse('values', {
    given: `${bytes} bytes, with the rest of what the deployment is told`,
    expected: `at most ${LIMIT_BYTES} bytes, the longest environment variable on Linux`,
    fix: 'put large data into the configuration, or give only where the host finds it',
  });
}

/** Other characters are written as \u escapes of their UTF-16 units. */
function asciiLength(json: string): number {
  return json.replace(/[^\u0000-\u007f]/g, '\\u0000').length;
}
