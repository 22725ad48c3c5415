import type { Check, Field, Fields } from '../job/field';
import { display } from '../validation/display';
import { type OptionNames, optionsProblem, unknownOption } from '../validation/options';
import type { Problem } from '../validation/problem';
import { refuse } from '../validation/problem';
import { isToken } from './token';

/** Checks of the fields of one construct: the first problem is thrown, led by the path of the construct. */
export class Checks {
  constructor(private readonly path: string) {}

  refuse(field: string, problem: Problem | undefined): void {
    refuse(this.path, field, problem);
  }

  /**
   * An object of options that a user gave.
   *
   * @param names those of all options; without them any name passes
   * @param prefix leads each name in messages
   */
  options(field: string, given: unknown, names?: OptionNames, prefix = `${field}.`): void {
    this.refuse(field, isToken(given) ? TOKEN : optionsProblem(given));
    const unknown = names && unknownOption(given as object, names);
    if (unknown) this.refuse(`${prefix}${unknown.name}`, unknown.problem);
  }

  /** What a user gave for fields of a job. @param prefix leads the name of each field */
  fields(prefix: string, fields: Fields, given: { readonly [name: string]: unknown }): void {
    for (const [name, field] of Object.entries(fields)) this.field(`${prefix}${name}`, field, given[name]);
  }

  private field(name: string, field: Field, value: unknown): void {
    const { check, checkGiven = check, isLiteral, isList, isOptional } = field;
    if (value === undefined) {
      if (!isOptional && field.default === undefined) this.refuse(name, checkGiven(value));
      return;
    }
    const checkOne = (one: string, element: unknown) =>
      isLiteral ? this.literal(one, element, checkGiven) : this.value(one, element, checkGiven);
    if (!isList) return checkOne(name, value);
    this.list(name, value);
    (value as unknown[]).forEach((element, i) => checkOne(`${name}[${i}]`, element));
  }

  /** A value that may be known only at apply. Then the client checks it, in the same words. */
  value(field: string, value: unknown, check: Check): void {
    if (value !== undefined && !isToken(value)) this.refuse(field, check(value));
  }

  /** A list whose length has to be known now. */
  list(field: string, value: unknown): void {
    this.literal(field, value, listProblem);
  }

  /** A value that has to be known now. */
  literal(field: string, value: unknown, check: Check): void {
    if (value === undefined) return;
    this.refuse(field, isToken(value) ? TOKEN : check(value));
  }
}

const TOKEN: Problem = {
  given: 'a Terraform token',
  expected: 'a literal',
  fix: 'give the value itself: it is needed at synth, and a token has its value only at apply',
};

function listProblem(value: unknown): Problem | undefined {
  return Array.isArray(value) ? undefined : { given: display(value), expected: 'a list', fix: 'write it as an array' };
}
