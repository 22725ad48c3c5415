import { display } from '../validation/display';
import type { Problem } from '../validation/problem';

/** The problem with the name of a kind of job, if there is one; it becomes part of a file's name. */
export function jobKindProblem(kind: unknown): Problem | undefined {
  if (typeof kind === 'string' && /^[a-z][a-z0-9-]{0,63}$/.test(kind)) return undefined;
  return {
    given: display(kind),
    expected: 'the name of a kind of job: lower-case letters, digits and dashes',
    fix: 'rename the kind',
  };
}

/** The file, beside the client, of a kind of job that has a bundle of its own. */
export function jobBundleFile(kind: string): string {
  return `job-${kind}.cjs`;
}
