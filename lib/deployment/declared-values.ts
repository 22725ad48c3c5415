import { Annotations } from 'cdktf';
import type { IConstruct } from 'constructs';
import { showAttributePath } from '../validation/attribute-path';
import { display } from '../validation/display';
import { problemLine } from '../validation/problem';
import { similarName } from '../validation/similar-name';

const warned = new WeakSet<IConstruct>();

/**
 * What is wrong with the names of a deployment's values, seen from its configuration: nobody would read one that the
 * configuration does not declare.
 *
 * @param declared null when the configuration does not import the module that declares values, and may read the files
 *   by their paths; nothing when it was not evaluated
 */
export function declaredValuesProblems(
  deployment: IConstruct,
  names: readonly string[],
  declared: readonly string[] | null | undefined,
): string[] {
  if (names.length === 0 || declared === undefined) return [];
  if (declared === null) {
    warnOfMissingModule(deployment);
    return [];
  }
  return names.filter((name) => !declared.includes(name)).map((name) => undeclaredProblem(name, declared));
}

function undeclaredProblem(name: string, declared: readonly string[]): string {
  const meant = similarName(name, declared);
  const all = [...declared].sort().join(', ') || 'none';
  const declare = `declare it in the configuration: ${showAttributePath(['cdktf-nixos', 'values', name])} = { };`;
  return problemLine('values', {
    given: display(name),
    expected: `values that the configuration declares (${all})`,
    fix: meant === undefined ? declare : `did you mean ${meant}? otherwise ${declare}`,
  });
}

function warnOfMissingModule(deployment: IConstruct): void {
  if (warned.has(deployment)) return;
  warned.add(deployment);
  Annotations.of(deployment).addWarning(
    'values are given to a configuration without the option cdktf-nixos.values: their names are not checked, and after ' +
      'a power cut they may not belong to the system that boots; extend it by the module nix/modules/values.nix of ' +
      'this package',
  );
}
