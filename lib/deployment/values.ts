import type { IConstruct } from 'constructs';
import type { HostValue } from '../host-value';
import { VALUE_FIELDS } from '../job/deployment-fields';
import type { Checks } from '../terraform/checks';
import { warnOnce } from '../terraform/annotations';
import { display } from '../validation/display';
import type { Problem } from '../validation/problem';
import { ambiguousNamesProblem, valueNameProblem } from '../validation/value-name';
import type { OptionNames } from '../validation/options';
import { undeclaredProblem } from './declared-names';
import { jsonValueProblem } from './json-value';

/** A deployment's values, by name. */
export interface HostValues {
  readonly [name: string]: HostValue;
}

const VALUE_OPTIONS: OptionNames = { value: true, ...VALUE_FIELDS } satisfies Record<keyof HostValue, unknown>;

/** Refuses values that cannot be delivered. */
export function checkValues(check: Checks, values: HostValues): void {
  check.refuse('values', ambiguousNamesProblem(Object.keys(values)));
  for (const [name, given] of Object.entries(values)) {
    check.refuse('values', valueNameProblem(name));
    check.refuse(`values.${name}`, hostValueProblem(given));
    check.options(`values.${name}`, given, VALUE_OPTIONS);
    const found = jsonValueProblem(given.value);
    check.refuse(`values.${name}.value${found?.at ?? ''}`, found?.problem);
    check.fields(`values.${name}.`, VALUE_FIELDS, { ...given });
  }
}

function hostValueProblem(given: unknown): Problem | undefined {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return undefined;
  return { given: display(given), expected: 'an object with the value', fix: 'write { value: ... }' };
}

/**
 * The problems with the names of values, compared with those that the configuration declares: nothing would read a
 * value that is not declared.
 *
 * @param declared null when the configuration does not import the module that declares values, and may read the files
 *   by their paths; undefined when it was not evaluated
 */
export function declaredValuesProblems(
  deployment: IConstruct,
  names: readonly string[],
  declared: readonly string[] | null | undefined,
): string[] {
  if (names.length === 0 || declared === undefined) return [];
  if (declared === null) {
    warnOnce(deployment, MISSING_MODULE);
    return [];
  }
  return names.filter((name) => !declared.includes(name)).map((name) => undeclaredProblem('values', name, declared));
}

const MISSING_MODULE =
  'values are given to a configuration without the option cdktf-nixos.values: their names are not checked, and after ' +
  'a power cut they may not match the system that boots; extend the configuration with the module ' +
  'nix/modules/values.nix of this package';
