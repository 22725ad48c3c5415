import type { IConstruct } from 'constructs';
import { InputError, problemLine } from '../../validation/problem';
import type { Evaluation } from '../evaluation';
import { showAttributePath } from '../../validation/attribute-path';
import { KnownToken } from './evaluated-token';
import { optionData, type OptionType } from './option-data';
import type { ConfigurationRequest } from '../request/request';

const PLACEHOLDERS: { readonly [Type in OptionType]: unknown } = {
  string: '',
  number: 0,
  boolean: false,
  'string list': [],
  'number list': [],
  any: '',
};

/** The value of an option. */
export class OptionToken extends KnownToken {
  protected readonly placeholder: unknown;

  constructor(
    request: ConfigurationRequest,
    private readonly option: readonly string[],
    private readonly type: OptionType,
  ) {
    super(request, { option });
    this.placeholder = PLACEHOLDERS[type];
  }

  protected value(evaluation: Evaluation, scope: IConstruct): unknown {
    const found = optionData(evaluation.option(scope, this.request, this.option), this.type, this.option);
    if ('data' in found) return found.data;
    throw new InputError(scope.node.path, this.field, found.problem);
  }

  /** Said by validation, where the evaluation itself succeeded. */
  protected override problem(evaluation: Evaluation): string | undefined {
    const result = evaluation.knownOption(this.request, this.option);
    const found = result && optionData(result, this.type, this.option);
    return found && 'problem' in found ? problemLine(this.field, found.problem) : undefined;
  }

  private get field(): string {
    return optionField(this.request, this.option);
  }
}

/** An option in messages. */
export function optionField({ name }: ConfigurationRequest, option: readonly string[]): string {
  return `option ${showAttributePath(option)} of ${name}`;
}
