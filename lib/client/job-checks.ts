import type { Check, Field, Fields } from '../job/field';
import { display } from '../validation/display';
import { type Problem, REGENERATE, refuse } from '../validation/problem';

/** A parsed JSON object whose fields are not checked yet. */
export type Unchecked = { readonly [name: string]: unknown };

/** Checks of what one construct wrote into a job. The first problem is thrown, led by the path of the construct. */
export class JobChecks {
  constructor(private readonly path: string) {}

  /** @throws InputError when there is a problem */
  check(name: string, value: unknown, check: Check): void {
    refuse(this.path, name, check(value));
  }

  /** Checks a value that must be there. @throws InputError when there is a problem */
  required(name: string, value: unknown, { check, isLiteral }: RequiredField): void {
    this.check(name, value, () => {
      const problem = check(value);
      if (problem === undefined || (value !== null && value !== undefined)) return problem;
      return { ...problem, fix: value === null && !isLiteral ? NO_VALUE : REGENERATE };
    });
  }

  /** @param prefix leads the name of each field in messages */
  fields(prefix: string, fields: Fields, values: Unchecked): void {
    for (const [name, field] of Object.entries(fields)) this.field(`${prefix}${name}`, field, values[name]);
  }

  /** The value as an object. */
  object(name: string, value: unknown): Unchecked {
    this.check(name, value, objectProblem);
    return value as Unchecked;
  }

  /** The value as a list. */
  list(name: string, value: unknown): readonly unknown[] {
    this.check(name, value, listProblem);
    return value as readonly unknown[];
  }

  private field(name: string, field: Field, value: unknown): void {
    if (field.isOptional && (value === undefined || value === null)) return;
    if (!field.isList) return this.required(name, value, field);
    this.list(name, value).forEach((element, i) => this.required(`${name}[${i}]`, element, field));
  }
}

type RequiredField = Pick<Field, 'check' | 'isLiteral'>;

/** For null: Terraform turns an attribute without a value into it. Any other field is missing only in a job of another version. */
const NO_VALUE = 'Terraform gave no value; check the resource attribute that this field comes from';

/** The problem with a value that should be an object, if there is one. */
export function objectProblem(value: unknown): Problem | undefined {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return undefined;
  return { given: display(value), expected: 'an object', fix: REGENERATE };
}

function listProblem(value: unknown): Problem | undefined {
  return Array.isArray(value) ? undefined : { given: display(value), expected: 'a list', fix: REGENERATE };
}
