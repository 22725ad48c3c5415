import type { IConstruct } from 'constructs';
import { InputError, problemLine } from '../../validation/problem';
import { showAttributePath } from '../../private/attribute-path';
import { EvaluatedToken } from './evaluated-token';
import { optionData, type OptionType } from './option-data';
import type { ConfigurationRequest } from '../request/request';
import { type OptionAnswer, optionWant } from '../request/wants';

const PLACEHOLDERS: { readonly [Type in OptionType]: unknown } = {
  string: '',
  number: 0,
  boolean: false,
  'string list': [],
  'number list': [],
  any: '',
};

/** The value of an option. */
export class OptionToken extends EvaluatedToken<OptionAnswer> {
  protected readonly placeholder: unknown;

  constructor(
    request: ConfigurationRequest,
    private readonly option: readonly string[],
    private readonly type: OptionType,
  ) {
    super(request, optionWant(option));
    this.placeholder = PLACEHOLDERS[type];
  }

  protected value(answer: OptionAnswer, scope: IConstruct): unknown {
    const found = optionData(answer, this.type, this.option);
    if ('data' in found) return found.data;
    throw new InputError(scope.node.path, this.field, found.problem);
  }

  /** Reported by validation when the evaluation itself succeeded. */
  protected override problem(answer: OptionAnswer): string | undefined {
    const found = optionData(answer, this.type, this.option);
    return 'problem' in found ? problemLine(this.field, found.problem) : undefined;
  }

  private get field(): string {
    return optionField(this.request, this.option);
  }
}

/** An option in messages. */
export function optionField({ name }: Pick<ConfigurationRequest, 'name'>, option: readonly string[]): string {
  return `option ${showAttributePath(option)} of ${name}`;
}
