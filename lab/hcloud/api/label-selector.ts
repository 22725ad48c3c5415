import { ApiError } from './api-error';
import type { Labels } from './labels';

type Test = (labels: Labels) => boolean;

const NAME = '[A-Za-z0-9._/-]+';
const SET = new RegExp(`^(${NAME})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const EQUALITY = new RegExp(`^(${NAME})\\s*(==|=|!=)\\s*([A-Za-z0-9._-]*)$`);
const EXISTENCE = new RegExp(`^(!?)(${NAME})$`);

/**
 * The labels that a selector asks for: `k=v`, `k==v`, `k!=v`, `k`, `!k`, `k in (a,b)`, `k notin (a,b)`, all of them at
 * once when separated by commas. A label that is missing is not equal, and in no list.
 *
 * @throws ApiError for a selector that is none of these
 */
export function labelSelector(selector: string): Test {
  const tests = requirements(selector).map(requirement);
  return (labels) => tests.every((test) => test(labels));
}

/** The parts between the commas that are outside of parentheses. */
function requirements(selector: string): string[] {
  return selector
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function requirement(text: string): Test {
  const [, setKey, how, list] = SET.exec(text) ?? [];
  if (setKey !== undefined) {
    const values = list!.split(',').map((value) => value.trim());
    return (labels) => values.includes(labels[setKey]!) === (how === 'in');
  }
  const [, key, operator, value] = EQUALITY.exec(text) ?? [];
  if (key !== undefined) return (labels) => (labels[key] === value) === (operator !== '!=');
  const [, not, name] = EXISTENCE.exec(text) ?? [];
  if (name !== undefined) return (labels) => name in labels === (not === '');
  throw new ApiError('invalid_input', `invalid label selector ${JSON.stringify(text)}`);
}
