import { withoutCredentials } from './credentials';

/** What is known about an evaluation that failed. */
interface FailedEvaluation {
  /** What was evaluated, as the user wrote it: `.#web`. */
  readonly subject: string;
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

/** Something could not be evaluated. Its message holds no credentials of URLs. */
export class EvaluationError extends Error {
  // Not enumerable: an error that nobody catches is printed with its enumerable members.
  /** What was evaluated, as the user wrote it. */
  declare readonly subject: string;
  /** The same for all that fail for the same cause. */
  declare readonly reason: string;

  constructor(failed: FailedEvaluation) {
    const subject = withoutCredentials(failed.subject);
    const reason = withoutCredentials(failed.reason);
    super([`${subject} cannot be evaluated: ${indented(reason)}`, ...reproduced(failed.reproduction)].join('\n'));
    this.name = 'EvaluationError';
    Object.defineProperties(this, { subject: { value: subject }, reason: { value: reason } });
  }
}

function reproduced(reproduction: Reproduction | undefined): string[] {
  if (reproduction === undefined) return [];
  const { line, hidden } = reproduction;
  return [`  reproduce with${hidden.length === 0 ? '' : ` (fill in "...": ${hidden.join(', ')})`}: ${line}`];
}

function indented(text: string): string {
  return text.trim().split('\n').join('\n    ');
}
