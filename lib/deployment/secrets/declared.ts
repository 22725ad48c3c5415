import type { IConstruct } from 'constructs';
import { warnOnce } from '../../terraform/annotations';
import { display } from '../../validation/display';
import { problemLine } from '../../validation/problem';
import { undeclaredProblem } from '../declared-names';

/**
 * The problems with the names of secrets, compared with those that the configuration declares: nothing would read a
 * secret that is not declared, and units that require one that is not given would not start.
 *
 * @param declared null when the configuration does not import the module that declares secrets; undefined when it was not
 *   evaluated
 */
export function declaredSecretsProblems(
  deployment: IConstruct,
  names: readonly string[],
  declared: readonly string[] | null | undefined,
): string[] {
  if (declared === undefined) return [];
  if (declared === null) {
    if (names.length > 0) warnOnce(deployment, MISSING_MODULE);
    return [];
  }
  const undeclared = names.filter((name) => !declared.includes(name));
  const missing = declared.filter((name) => !names.includes(name));
  return [
    ...undeclared.map((name) => undeclaredProblem('secrets', name, declared)),
    ...missing.map((name) => missingProblem(name)),
  ];
}

const MISSING_MODULE =
  'secrets are given to a configuration without the option cdktf-nixos.secrets: their names are not checked, nothing ' +
  'opens them when the host restarts, and no unit can require them; extend the configuration with the module ' +
  'nix/modules/secrets.nix of this package';

function missingProblem(name: string): string {
  return problemLine('secrets', {
    given: `no ${display(name)}`,
    expected:
      'every secret that the configuration declares (cdktf-nixos.secrets): units that require it would not start',
    fix: 'give its source, or take it out of the configuration',
  });
}
