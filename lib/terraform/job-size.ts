import { refuse } from '../validation/problem';
import { isToken } from './token';

/** Linux's MAX_ARG_STRLEN: one string of an environment, with its name and its end. */
const LIMIT_BYTES = 128 * 1024;
const FRAME_BYTES = 'CDKTF_NIXOS_JOB='.length + 1;

/**
 * Refuses a job that is too large for the environment of a process, in the name of its largest member. A token counts
 * as nothing: its value is known only at apply.
 */
export function refuseOversizedJob(path: string, job: object): void {
  const bytes = FRAME_BYTES + sizeOf(job);
  if (bytes <= LIMIT_BYTES) return;
  const [largest] = Object.entries(job).sort(([, a], [, b]) => sizeOf(b) - sizeOf(a));
  refuse(path, largest[0], {
    given: `${bytes} bytes for the whole job, of which this is the largest part`,
    expected: `at most ${LIMIT_BYTES} bytes, the longest environment variable on Linux`,
    fix: 'put large data into the configuration or an object store, and give its location',
  });
}

function sizeOf(data: unknown): number {
  const literals = JSON.stringify(data, (_key, value: unknown) => (isToken(value) ? null : value)) ?? '';
  // Other characters are written as \u escapes of their UTF-16 units.
  return literals.replace(/[^\u0000-\u007f]/g, '\\u0000').length;
}
