import { display } from './display';
import type { Problem } from './problem';

const NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/;

/** The problem with the name of a value, if there is one; on the host it is the name of a file. */
export function valueNameProblem(name: unknown): Problem | undefined {
  if (typeof name === 'string' && NAME.test(name)) return undefined;
  return {
    given: display(name),
    expected: 'a name: 1 to 64 letters, digits, dots, underscores and dashes that do not start with a dot',
    fix: 'rename it here and in the NixOS configuration that reads it',
  };
}

/** The problem with names that differ only by case, if there are any: some file systems would give both the same file. */
export function ambiguousNamesProblem(names: readonly string[]): Problem | undefined {
  const seen = new Map<string, string>();
  for (const name of names) {
    const other = seen.get(name.toLowerCase());
    if (other !== undefined && other !== name) {
      return {
        given: `${display(other)} and ${display(name)}`,
        expected: 'names that differ by more than upper and lower case',
        fix: 'rename one of them',
      };
    }
    seen.set(name.toLowerCase(), name);
  }
  return undefined;
}
