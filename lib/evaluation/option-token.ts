import type { IConstruct } from 'constructs';
import type { Evaluation } from './evaluation';
import { EvaluationError } from './evaluation-error';
import { showAttributePath } from './installable';
import { KnownToken } from './known-token';
import type { ConfigurationRequest } from './request';
import type { OptionResult } from './row';

export type OptionType = 'string' | 'number' | 'boolean' | 'string list' | 'number list' | 'any';

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
    const result = evaluation.option(scope, this.request, this.option);
    return optionData(result, this.type, this.request.name, this.option);
  }
}

/** The value as the type that was asked for. Throws when it is of another, or what JSON can't carry. */
export function optionData(result: OptionResult, type: OptionType, name: string, option: readonly string[]): unknown {
  const subject = `option ${showAttributePath(option)} of ${name}`;
  if ('unsupported' in result) {
    const reason = `its value holds ${result.unsupported}, which JSON can't carry; ask for a part of it that is data`;
    throw new EvaluationError({ subject, reason });
  }
  const data = converted(result.value, type);
  if (data !== undefined) return data;
  throw new EvaluationError({ subject, reason: `its value is ${kind(result.value)}, asked for was a ${type}` });
}

/** Undefined when the value is none of the type. */
function converted(value: unknown, type: OptionType): unknown {
  switch (type) {
    case 'any':
      return value;
    case 'string':
      return typeof value === 'string' || isNumberOrBoolean(value) ? String(value) : undefined;
    case 'number':
    case 'boolean':
      return typeof value === type ? value : undefined;
    default:
      return convertedList(value, type === 'string list' ? 'string' : 'number');
  }
}

function convertedList(value: unknown, type: OptionType): unknown[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const elements = value.map((element) => converted(element, type));
  return elements.includes(undefined) ? undefined : elements;
}

function isNumberOrBoolean(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

function kind(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a set' : `a ${typeof value}`;
}
