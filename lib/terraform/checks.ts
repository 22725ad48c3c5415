import { isToken } from './token';
import type { Problem } from '../validation/problem';
import { InputError } from '../validation/problem';

/** Checks of the fields of one construct: the first problem is thrown, led by the path of the construct. */
export class Checks {
  constructor(private readonly path: string) {}

  refuse(field: string, problem: Problem | undefined): void {
    if (problem) throw new InputError(this.path, field, problem);
  }

  /** A value that may be known only at apply. Then the client checks it, in the same words. */
  value(field: string, value: unknown, check: (value: unknown) => Problem | undefined): void {
    if (value !== undefined && !isToken(value)) this.refuse(field, check(value));
  }

  /** A value that has to be known now. */
  literal(field: string, value: unknown, check: (value: unknown) => Problem | undefined): void {
    if (value === undefined) return;
    const given = 'a Terraform token';
    const fix = 'its value is known only at apply, and this is needed at synth';
    this.refuse(field, isToken(value) ? { given, expected: 'a literal', fix } : check(value));
  }
}
