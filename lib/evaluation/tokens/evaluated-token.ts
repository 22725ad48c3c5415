import type { IConstruct } from 'constructs';
import { Evaluation } from '../evaluation';
import { SYNTH_VALUE, type SynthValue } from '../../terraform/synth-value';
import { printExpression, printTemplate } from '../../terraform/template';
import { LazyValue, type ResolveContext } from '../../terraform/token';
import type { EvaluationRequest } from '../request/request';
import { type Want, Wants } from '../request/wants';

/** A value of an evaluation. In Terraform it is a literal. */
export abstract class EvaluatedToken<Answer> extends LazyValue implements SynthValue {
  protected constructor(
    protected readonly request: EvaluationRequest,
    protected readonly want: Want<Answer>,
  ) {
    super();
  }

  /** Stands for the value until it is known. */
  protected abstract readonly placeholder: unknown;

  /** The value that the answer gives. */
  protected abstract value(answer: Answer, scope: IConstruct): unknown;

  /** The problem with the answer, if there is one. */
  protected problem?(answer: Answer): string | undefined;

  resolve(context: ResolveContext): unknown {
    if (context.preparing) {
      this.requestAnswer(context.scope);
      return this.placeholder;
    }
    const value = this[SYNTH_VALUE](context.scope);
    // Inside an expression cdktf would write a plain string without quotes.
    return context.suppressBraces ? expression(value) : escapeTemplates(value);
  }

  [SYNTH_VALUE](scope: IConstruct): unknown {
    const handle = Evaluation.of(scope).request(scope, this.request, Wants.of(this.want));
    return this.value(handle.result().get(this.want), scope);
  }

  toJSON(): string {
    return '<a value of a NixOS configuration, known when the program is synthesized>';
  }

  private requestAnswer(scope: IConstruct): void {
    const evaluation = Evaluation.of(scope);
    evaluation.requestForToken(scope, this.request, Wants.of(this.want), () => {
      const answer = evaluation.known(this.request, this.want);
      return answer === undefined ? undefined : this.problem?.(answer);
    });
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
function escapeTemplates(value: unknown): unknown {
  if (typeof value === 'string') return printTemplate([{ text: value }]);
  if (Array.isArray(value)) return value.map(escapeTemplates);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [escapeTemplates(name), escapeTemplates(member)]),
  );
}
