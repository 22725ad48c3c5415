import { choiceProblem } from '../validation/choice';
import { display } from '../validation/display';
import { type Problem, REGENERATE } from '../validation/problem';

export type Check = (value: unknown) => Problem | undefined;

/**
 * One field of a job. It is declared once: with it the constructs check a user's value at synth, and the client checks the
 * value that Terraform passes at apply.
 */
export interface Field<Value = unknown> {
  /** For its value in the job; for each element of a list. */
  readonly check: Check;
  /** The check at synth, if a user gives another type than the job has. @default - `check` */
  readonly checkGiven?: Check;
  /** The value in the job when the user gives none. */
  readonly default?: Value;
  /** Turns a user's value into the one in the job. @default - it is the same */
  readonly toJob?: (given: unknown) => Value;
  /** It may be missing. */
  readonly isOptional: boolean;
  /** It has to be known at synth: no Terraform token. */
  readonly isLiteral: boolean;
  readonly isList: boolean;
}

export interface OptionalField<Value> extends Field<Value> {
  readonly isOptional: true;
}

export interface Fields {
  readonly [name: string]: Field<any>;
}

/** The part of a job that these fields describe. */
export type FieldValues<Given extends Fields> = {
  readonly [Name in keyof Given as Given[Name] extends OptionalField<any> ? never : Name]: ValueOf<Given[Name]>;
} & {
  readonly [Name in keyof Given as Given[Name] extends OptionalField<any> ? Name : never]?: ValueOf<Given[Name]>;
};
type ValueOf<One> = One extends Field<infer Value> ? Value : never;

const PLAIN = { isOptional: false, isLiteral: false, isList: false } as const;

/** A field that may be a Terraform token at synth. Without a default the user has to give it. */
export function field<Value>(check: Check, fallback?: Value): Field<Value> {
  return { ...PLAIN, check, default: fallback };
}

/** A field that may be missing. */
export function optionalField<Value>(check: Check): OptionalField<Value> {
  return { ...PLAIN, isOptional: true, check };
}

/** A field that has to be known at synth. */
export function literalField<Value>(check: Check, fallback: Value): Field<Value> {
  return { ...PLAIN, isLiteral: true, check, default: fallback };
}

/** A list whose elements have to be known at synth. */
export function literalListField<Element>(check: Check): Field<readonly Element[]> {
  return { ...PLAIN, isLiteral: true, isList: true, check, default: [] };
}

/** A choice: the user gives a constant of a class, the job has its word. */
export function choiceField<Word extends string>(
  className: string,
  words: readonly Word[],
  fallback: Word,
): Field<Word> {
  return {
    ...PLAIN,
    isLiteral: true,
    check: oneOf(...words),
    checkGiven: (choice) => choiceProblem(choice, className, words),
    toJob: (choice) => (choice as { readonly name: Word }).name,
    default: fallback,
  };
}

/** The check of a value that is one of a few. */
export function oneOf(...allowed: readonly unknown[]): Check {
  return (value) => {
    if (allowed.includes(value)) return undefined;
    return { given: display(value), expected: allowed.map(display).join(' or '), fix: REGENERATE };
  };
}

/** The values in the job for a user's values, every default filled in. */
export function jobValues<Given extends Fields>(
  fields: Given,
  given: { readonly [Name in keyof Given]?: unknown },
): FieldValues<Given> {
  const members = Object.entries(fields).map(([name, { default: fallback, toJob = same }]) => {
    const value = given[name];
    return [name, value === undefined ? fallback : toJob(value)] as const;
  });
  return Object.fromEntries(members) as FieldValues<Given>;
}

function same(value: unknown): unknown {
  return value;
}
