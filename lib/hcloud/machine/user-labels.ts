import { display } from '../../validation/display';
import type { Problem } from '../../validation/problem';

const VALUE = /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;
const NAME = /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

/** The problem with the name of a label, if there is one. */
export function labelNameProblem(label: string): Problem | undefined {
  const parts = label.split('/');
  const name = parts.pop() as string;
  const isOurs = parts[0] === 'cdktf-nixos';
  if (NAME.test(name) && parts.length <= 1 && parts.every((prefix) => PREFIX.test(prefix)) && !isOurs) return undefined;
  const fix = isOurs ? 'labels below cdktf-nixos/ belong to this package' : 'choose another name';
  return { given: display(label), expected: 'the name of a label: [<domain>/]<name of at most 63 characters>', fix };
}

/** The problem with the value of a label, if there is one. */
export function labelValueProblem(value: unknown): Problem | undefined {
  if (typeof value === 'string' && VALUE.test(value)) return undefined;
  const expected = 'at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at each end';
  return { given: display(value), expected, fix: 'Hetzner takes nothing else' };
}
