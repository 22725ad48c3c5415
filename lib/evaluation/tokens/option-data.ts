import { display } from '../../validation/display';
import type { Problem } from '../../validation/problem';
import { similarName } from '../../private/similar-name';
import { listed } from '../../private/name-list';
import { showAttributePath } from '../../private/attribute-path';
import type { MissingOption, OptionAnswer } from '../request/wants';

export type OptionType = 'string' | 'number' | 'boolean' | 'string list' | 'number list' | 'any';

/** An option's value as the requested type, or why there is none. */
type OptionData = { readonly data: unknown } | { readonly problem: Problem };

/** Converts the answer about an option. */
export function optionData(answer: OptionAnswer, type: OptionType, option: readonly string[]): OptionData {
  if ('missing' in answer) return { problem: missingProblem(answer.missing, option) };
  if ('unsupported' in answer) {
    const given = `a value that holds ${answer.unsupported}, which JSON cannot carry`;
    return { problem: { given, expected: 'data', fix: 'ask for a part of it that is data' } };
  }
  if ('inexact' in answer) {
    const given = `the whole number ${answer.inexact}`;
    return { problem: { given, expected: 'at most 9007199254740991 (2^53 - 1)', fix: 'make it a string in NixOS' } };
  }
  const data = converted(answer.value, type);
  if (data !== undefined) return { data };
  const problem = { given: kind(answer.value), expected: `a ${type}`, fix: `use ${functionsFor(answer.value)}` };
  return { problem };
}

function missingProblem({ at, names }: MissingOption, option: readonly string[]): Problem {
  const name = option[at.length];
  const holder = at.length === 0 ? 'the configuration' : showAttributePath(at);
  const given = `no such option: ${holder} has no ${display(name)}`;
  const expected = 'an option of the configuration';
  if (!names) return { given, expected, fix: `${holder} is a value and has no options` };
  const meant = similarName(name, names);
  if (meant === undefined) return { given, expected, fix: `${holder} has ${listed(names) || 'none'}` };
  return { given, expected, fix: `did you mean ${showAttributePath([...at, meant, ...option.slice(at.length + 1)])}?` };
}

/** Undefined when the value is not of the type. */
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

function functionsFor(value: unknown): string {
  if (typeof value === 'string') return 'asString()';
  if (typeof value === 'number') return 'asNumber()';
  if (typeof value === 'boolean') return 'asBoolean()';
  if (convertedList(value, 'number')) return 'asNumberList()';
  return convertedList(value, 'string') ? 'asStringList()' : 'asAny()';
}
