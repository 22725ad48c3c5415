import { showAttributePath } from '../private/attribute-path';
import { similarName } from '../private/similar-name';
import { display } from '../validation/display';
import { problemLine } from '../validation/problem';

/**
 * The problem with the name of a delivered file that the configuration does not declare: nothing would read it.
 *
 * @param kind the word for them in the props and below `cdktf-nixos` in the configuration
 */
export function undeclaredProblem(kind: 'values' | 'secrets', name: string, declared: readonly string[]): string {
  const meant = similarName(name, declared);
  const all = [...declared].sort().join(', ') || 'none';
  const declare = `declare it in the configuration: ${showAttributePath(['cdktf-nixos', kind, name])} = { };`;
  return problemLine(kind, {
    given: display(name),
    expected: `${kind} that the configuration declares (${all})`,
    fix: meant === undefined ? declare : `did you mean ${meant}? otherwise ${declare}`,
  });
}
