import type { IConstruct } from 'constructs';
import { showAttributePath } from '../private/attribute-path';
import { similarName } from '../private/similar-name';
import { warnOnce } from '../terraform/annotations';
import { display } from '../validation/display';
import { problemLine } from '../validation/problem';
import type { DeploymentInput } from './input';

/** A unit that a deployment names. */
export interface NamedUnit {
  /** `values.x.restartUnits[0]` */
  readonly at: string;
  readonly unit: string;
  readonly done: 'restarted' | 'reloaded';
}

/** The units that a deployment restarts or reloads when a value or a secret changes. */
export function namedUnits({ values = {}, secrets = {} }: Pick<DeploymentInput, 'values' | 'secrets'>): NamedUnit[] {
  return [
    ...Object.entries(values).flatMap(([name, { restartUnits }]) =>
      listed(`values.${name}.restartUnits`, restartUnits, 'restarted'),
    ),
    ...Object.entries(secrets).flatMap(([name, { restartUnits, reloadUnits }]) => [
      ...listed(`secrets.${name}.restartUnits`, restartUnits, 'restarted'),
      ...listed(`secrets.${name}.reloadUnits`, reloadUnits, 'reloaded'),
    ]),
  ];
}

function listed(at: string, units: readonly string[] = [], done: NamedUnit['done']): NamedUnit[] {
  return units.map((unit, i) => ({ at: `${at}[${i}]`, unit, done }));
}

/**
 * The problems with units that the configuration does not have: systemd would do nothing, and nobody would notice.
 * A unit that is close to one of the configuration is misspelt. Any other one gets a warning, because packages and
 * generators bring units that no option names.
 *
 * @param units undefined when it was not evaluated, null when the configuration has no such option
 */
export function unitsProblems(
  deployment: IConstruct,
  named: readonly NamedUnit[],
  units: readonly string[] | null | undefined,
): string[] {
  if (units === null || units === undefined) return [];
  return named.map((one) => unitProblem(deployment, one, units)).filter((problem) => problem !== undefined);
}

function unitProblem(
  deployment: IConstruct,
  { at, unit, done }: NamedUnit,
  units: readonly string[],
): string | undefined {
  const template = unit.replace(/@.*(?=\.)/, '@');
  if (units.includes(unit) || units.includes(template)) return undefined;
  const meant = similarUnit(unit, units);
  const given = display(unit);
  if (meant === undefined) {
    const undeclared = `${at}: the configuration does not declare ${given}, so nothing is ${done} unless a package`;
    warnOnce(deployment, `${undeclared} brings it; correct the name if it is misspelt`);
    return undefined;
  }
  const fix = `did you mean ${meant}?${declarationAdvice(unit)}`;
  return problemLine(at, { given, expected: 'a unit that the configuration declares', fix });
}

/** Types are not misspelt into each other: only names of the same type are compared, without it. */
function similarUnit(unit: string, units: readonly string[]): string | undefined {
  const type = unit.slice(unit.lastIndexOf('.'));
  const names = units.filter((other) => other.endsWith(type)).map((other) => other.slice(0, -type.length));
  const meant = similarName(unit.slice(0, -type.length), names);
  return meant === undefined ? undefined : `${meant}${type}`;
}

/** For a unit that a package brings; not every type of unit has options. */
function declarationAdvice(unit: string): string {
  const [, name, type] = /^(.*)\.(service|socket|target|timer|path|slice)$/.exec(unit) ?? [];
  if (name === undefined) return '';
  const option = showAttributePath(['systemd', `${type}s`, name.replace(/@.*/, '@')]);
  return ` a unit that only a package brings is declared by ${option} = { };`;
}
