import type { IConstruct } from 'constructs';
import { display, displayInstance } from '../../validation/display';
import { isPlainObject } from '../../private/plain-object';
import { synthValue } from '../../terraform/synth-value';
import { isToken } from '../../terraform/token';
import { InputError } from '../../validation/problem';

/**
 * A user's value as plain data for Nix. Tokens that are known at synth are resolved.
 *
 * @param field where the value was given, for messages: `modules[0]`
 * @throws InputError with the place of a value that only Terraform knows, or that JSON cannot carry
 */
export function plainData(value: unknown, field: string, scope: IConstruct): unknown {
  return new Reader(scope).read(value, field);
}

class Reader {
  constructor(private readonly scope: IConstruct) {}

  read(value: unknown, place: string): unknown {
    if (isToken(value)) return this.read(this.resolve(value, place), place);
    if (isInexact(value)) {
      const given = `the whole number ${value}`;
      const fix = 'give it as a string: JavaScript has changed its last digits already';
      throw new InputError(this.scope.node.path, place, {
        given,
        expected: 'at most 9007199254740991 (2^53 - 1)',
        fix,
      });
    }
    if (isScalar(value)) return value;
    if (Array.isArray(value)) return value.map((element, index) => this.read(element, `${place}[${index}]`));
    if (isPlainObject(value)) return this.readMembers(value, place);
    throw new InputError(this.scope.node.path, place, {
      given: isObject(value) ? displayInstance(value) : display(value),
      expected: 'a JSON value',
      fix: 'give strings, numbers, booleans, null, lists and plain objects of these',
    });
  }

  private readMembers(value: object, place: string): unknown {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    // A map token is an object with one member, also when it is spread into another object.
    if (members.some(([key, member]) => isToken({ [key]: member }))) throw this.onlyTerraformKnows('members', place);
    return Object.fromEntries(
      members.map(([key, member]) => {
        const name = String(isToken(key) ? this.resolve(key, `a name in ${place}`) : key);
        return [name, this.read(member, `${place}${showMember(name)}`)];
      }),
    );
  }

  private resolve(value: unknown, place: string): unknown {
    const resolved = synthValue(value, this.scope);
    if ('expression' in resolved) throw this.onlyTerraformKnows(resolved.expression, place);
    return resolved.value;
  }

  private onlyTerraformKnows(what: string, place: string): InputError {
    return new InputError(this.scope.node.path, place, {
      given: `${what}, which only Terraform knows`,
      expected: 'a value that is known when the program runs',
      fix: 'give it to the deployment as one of its `values`, which the configuration reads at run time',
    });
  }
}

/** From 1e21 on JSON has an exponent, so that Nix reads a float, which is what the program has. */
function isInexact(value: unknown): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value as number) < 1e21;
}

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function showMember(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
