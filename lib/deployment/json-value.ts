import { isPlainObject } from '../private/plain-object';
import { isToken } from '../terraform/token';
import { display, displayInstance } from '../validation/display';
import type { Problem } from '../validation/problem';

/** A problem and where in the value it is, as an accessor: `.servers[0].port`. */
interface ValueProblem {
  readonly at: string;
  readonly problem: Problem;
}

/** What JSON, or Terraform on the way to the host, would lose or change in a value. */
export function jsonValueProblem(
  value: unknown,
  at = '',
  ancestors: readonly unknown[] = [],
): ValueProblem | undefined {
  if (isToken(value)) return undefined;
  const found = shapeProblem(value, ancestors);
  if (found) return { at, problem: { expected: 'JSON or Terraform tokens', ...found } };
  if (typeof value !== 'object' || value === null) return undefined;
  const broken = Object.keys(value).find((name) => shapeProblem(name, []) !== undefined);
  if (broken !== undefined) {
    return { at, problem: { given: display(broken), expected: 'names in Unicode', fix: 'give well-formed Unicode' } };
  }
  return members(value)
    .map(([accessor, member]) => jsonValueProblem(member, `${at}${accessor}`, [...ancestors, value]))
    .find((problem) => problem !== undefined);
}

/** What is in a list or an object, with its accessor. JSON leaves out undefined members, and has no holes in lists. */
function members(value: object): [string, unknown][] {
  if (Array.isArray(value)) return Array.from(value, (element, i) => [`[${i}]`, element]);
  const given = Object.entries(value).filter(([, member]) => member !== undefined);
  return given.map(([name, member]) => [`.${name}`, member]);
}

type Shape = Pick<Problem, 'given' | 'fix'>;

function shapeProblem(value: unknown, ancestors: readonly unknown[]): Shape | undefined {
  if (typeof value === 'string') {
    // Half of a surrogate pair has no UTF-8.
    return /\p{Surrogate}/u.test(value) ? { given: display(value), fix: 'give well-formed Unicode' } : undefined;
  }
  if (value === null || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') {
    return Number.isFinite(value) ? undefined : { given: display(value), fix: 'give a finite number, or null' };
  }
  if (typeof value !== 'object') return { given: display(value), fix: 'give data, or null' };
  if (ancestors.includes(value)) return { given: 'an object that contains itself', fix: 'break the circle' };
  if (Array.isArray(value) || isPlainObject(value)) return undefined;
  return { given: displayInstance(value), fix: 'give its fields as a plain object' };
}
