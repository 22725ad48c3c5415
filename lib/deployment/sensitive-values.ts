import type { IConstruct } from 'constructs';
import { sensitivePart } from '../terraform/sensitive';
import { isToken } from '../terraform/token';
import { problemLine } from '../validation/problem';
import type { HostValues } from './values';

/**
 * The problems with values that are sensitive by the program itself: every user of the host may read them, and Terraform's
 * state has their digest, by which a short secret can be guessed.
 */
export function sensitiveValuesProblems(deployment: IConstruct, values: HostValues): string[] {
  return Object.entries(values).flatMap(([name, { value }]) => sensitiveIn(deployment, value, `values.${name}.value`));
}

function sensitiveIn(deployment: IConstruct, value: unknown, at: string): string[] {
  if (isToken(value)) {
    const part = sensitivePart(value, deployment);
    return part === undefined ? [] : [sensitiveProblem(at, part)];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const accessor = Array.isArray(value) ? `[${name}]` : `.${isToken(name) ? '<token>' : name}`;
    return [name, member].flatMap((one) => sensitiveIn(deployment, one, `${at}${accessor}`));
  });
}

function sensitiveProblem(at: string, part: string): string {
  return problemLine(at, {
    given: `${part}, which is sensitive`,
    expected: 'a value that every user of the host may read, and whose digest may be in the state',
    fix: 'give a secret as one (secrets: { ... }); if it is not a secret, use Fn.nonsensitive',
  });
}
