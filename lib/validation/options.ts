import { isPlainObject } from '../private/plain-object';
import { similarName } from '../private/similar-name';
import { display } from './display';
import type { Problem } from './problem';

/** The names of options, as the keys of an object whose values mean nothing here: the fields of a job are one. */
export interface OptionNames {
  readonly [name: string]: unknown;
}

/** The problem with a value in the place of an object of options, if there is one. */
export function optionsProblem(given: unknown): Problem | undefined {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return undefined;
  return { given: display(given), expected: 'an object of options', fix: 'write { name: value }' };
}

/**
 * The problem with the first name that no option has, if there is one: misspelt, it would change nothing. An instance of a
 * class may have more members, and an option that is undefined is not given.
 */
export function unknownOption(
  given: object,
  names: OptionNames,
): { readonly name: string; readonly problem: Problem } | undefined {
  if (!isPlainObject(given)) return undefined;
  const found = Object.entries(given).find(([name, value]) => value !== undefined && !Object.hasOwn(names, name));
  if (found === undefined) return undefined;
  const [name] = found;
  const known = Object.keys(names);
  const meant = similarName(name, known) ?? known.find((other) => other.startsWith(name));
  const problem = {
    given: 'an unknown option',
    expected: `one of ${known.join(', ')}`,
    fix: meant === undefined ? 'correct the name, or remove it' : `did you mean ${meant}?`,
  };
  return { name: /^[\w.-]+$/.test(name) ? name : display(name), problem };
}

/**
 * The problem with a value in the place of an instance of one of this package's classes, if there is one. A member that
 * every instance has counts, not the class: it may come from another installed copy of this package.
 */
export function instanceProblem(given: unknown, member: string, expected: string, fix: string): Problem | undefined {
  if (typeof given === 'object' && given !== null && member in given) return undefined;
  return { given: display(given), expected, fix };
}
