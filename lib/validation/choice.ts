import { display } from './display';
import type { Problem } from './problem';

/**
 * The problem with an object that stands for one of a few choices, such as `DeploymentGoal.BOOT`, if there is one. The word
 * in its `name` counts, not its class: it may come from another installed copy of this package.
 */
export function choiceProblem(choice: unknown, className: string, words: readonly string[]): Problem | undefined {
  const word = wordOf(choice);
  if (word !== undefined && words.includes(word)) return undefined;
  const meant = words.filter((candidate) => typeof choice === 'string' && candidate === choice.toLowerCase());
  const constants = (meant.length > 0 ? meant : words).map((candidate) => `${className}.${constantName(candidate)}`);
  return {
    given: word === undefined ? display(choice) : `an object with the name ${display(word)}`,
    expected: `a constant of the class ${className}`,
    fix: `write ${constants.join(' or ')}`,
  };
}

function wordOf(choice: unknown): string | undefined {
  if (typeof choice !== 'object' || choice === null) return undefined;
  const { name } = choice as { readonly name?: unknown };
  return typeof name === 'string' ? name : undefined;
}

/** `SWITCH` for `switch`. */
function constantName(word: string): string {
  return word.toUpperCase().replaceAll('-', '_');
}
