import { Token, type IResolveContext } from 'cdktf';
import type { IConstruct } from 'constructs';
import { Evaluation } from '../evaluation';
import { printExpression, printTemplate } from '../../terraform/template';
import { KNOWN_VALUE, type KnownValue } from '../request/plain-data';
import type { ConfigurationRequest, Wanted } from '../request/request';

/** A value of an evaluation in Terraform: a literal, once everything has been evaluated. */
export abstract class KnownToken implements KnownValue {
  readonly creationStack: string[] = [];

  protected constructor(
    protected readonly request: ConfigurationRequest,
    private readonly wanted: Wanted,
  ) {}

  /** What stands for the value until it is known. */
  protected abstract readonly placeholder: unknown;

  /** The value; evaluates what is pending. */
  protected abstract value(evaluation: Evaluation, scope: IConstruct): unknown;

  /** What is wrong with the value, when it was evaluated. */
  protected problem?(evaluation: Evaluation): string | undefined;

  resolve(context: IResolveContext): unknown {
    const evaluation = Evaluation.of(context.scope);
    if (context.preparing) {
      evaluation.requestInside(context.scope, this.request, this.wanted, () => this.problem?.(evaluation));
      return this.placeholder;
    }
    const value = this.value(evaluation, context.scope);
    // Inside an expression cdktf would write a plain string without quotes.
    return context.suppressBraces ? expression(value) : escaped(value);
  }

  [KNOWN_VALUE](scope: IConstruct): unknown {
    return this.value(Evaluation.of(scope), scope);
  }

  toString(): string {
    return Token.asString(this);
  }

  toJSON(): string {
    return '<a value of a NixOS configuration, known when the program is synthesized>';
  }
}

/** Data as a literal of Terraform's expression language. */
function expression(value: unknown): string {
  if (typeof value === 'string') return printExpression([{ text: value }]);
  if (Array.isArray(value)) return `[${value.map(expression).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const members = Object.entries(value).map(([name, member]) => `${expression(name)} = ${expression(member)}`);
  return `{${members.join(', ')}}`;
}

/** Data in Terraform's JSON, where strings are templates. */
function escaped(value: unknown): unknown {
  if (typeof value === 'string') return printTemplate([{ text: value }]);
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [escaped(name), escaped(member)]));
}
