import { foreignText } from '../../private/foreign-text';
import { withoutCredentials } from './credentials';

/** What is known about an evaluation that failed. */
interface FailedEvaluation {
  /** What was evaluated, as the user wrote it: `.#web`. */
  readonly subject: string;
  /**
   * The beginning of the message.
   * @default - `<subject> cannot be evaluated`
   */
  readonly headline?: string;
  /** Nix's own sentence, or ours, and what to do. The same for all that fail for the same cause. */
  readonly reason: string;
  /** The command that shows the error again. */
  readonly reproduction?: Reproduction;
}

/** A line for a shell, without credentials. */
export interface Reproduction {
  readonly line: string;
  /** What the reader has to fill in, because a log is no place for it. */
  readonly hidden: readonly string[];
}

/**
 * Something could not be evaluated. The message has Nix's own sentence, a fix if one is known, and a command that
 * reproduces it, without the credentials of URLs. Its `name` is `EvaluationError`; compare that instead of the class if
 * two copies of this package may be installed.
 */
export class EvaluationError extends Error {
  // Not enumerable: an error that nobody catches is printed with its enumerable members.
  /** What was evaluated, as the user wrote it. */
  declare readonly subject: string;
  /** The same for all that fail for the same cause. */
  declare readonly reason: string;

  /** @internal */
  constructor(failed: FailedEvaluation) {
    const subject = shown(failed.subject);
    const reason = shown(failed.reason);
    const headline = shown(failed.headline ?? `${subject} cannot be evaluated`);
    super([`${headline}: ${indented(reason)}`, ...reproduced(failed.reproduction)].join('\n'));
    this.name = 'EvaluationError';
    Object.defineProperties(this, { subject: { value: subject }, reason: { value: reason } });
  }
}

function shown(text: string): string {
  return foreignText(withoutCredentials(text));
}

function reproduced(reproduction: Reproduction | undefined): string[] {
  if (reproduction === undefined) return [];
  const { line, hidden } = reproduction;
  return [`  reproduce with${hidden.length === 0 ? '' : ` (fill in "...": ${hidden.join(', ')})`}: ${line}`];
}

function indented(text: string): string {
  return text.trim().split('\n').join('\n    ');
}
