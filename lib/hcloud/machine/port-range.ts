import { display } from '../../validation/display';
import type { Problem } from '../../validation/problem';

/** The problem with the port or ports of a rule, if there is one. */
export function portRangeProblem(port: unknown): Problem | undefined {
  const [, first = '', last = first] =
    typeof port === 'string' ? (/^([0-9]{1,5})(?:-([0-9]{1,5}))?$/.exec(port) ?? []) : [];
  const isRange = isPort(first) && isPort(last) && Number(first) <= Number(last);
  if (isRange) return undefined;
  const fix = typeof port === 'number' ? `write it as text: "${port}"` : 'leave it out for all ports';
  return { given: display(port), expected: 'a port from 1 to 65535, or two with a dash: "8000-8999"', fix };
}

function isPort(text: string): boolean {
  return text !== '' && Number(text) >= 1 && Number(text) <= 65535;
}
