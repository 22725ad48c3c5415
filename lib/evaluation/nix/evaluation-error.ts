import { withoutCredentials } from './credentials';

/** What is known about an evaluation that failed. */
export interface FailedEvaluation {
  /** What was evaluated, as the user wrote it: `.#web`. */
  readonly subject: string;
  /** Nix's own sentence, or ours, and what to do. The same for all that fail for the same cause. */
  readonly reason: string;
  /** The command that shows the error again, for a shell. */
  readonly byHand?: CommandByHand;
  /** The evaluator's output in full. */
  readonly stderr?: string;
}

/** A line for a shell, without credentials. */
export interface CommandByHand {
  readonly line: string;
  /** What the reader has to fill in, because a log is no place for it. */
  readonly hidden: readonly string[];
}

/** Something could not be evaluated. Its message holds no credentials of URLs. */
export class EvaluationError extends Error {
  /** Not enumerable: an error that nobody catches is printed with its members. */
  declare readonly failed: FailedEvaluation;

  constructor(known: FailedEvaluation) {
    const { subject, reason } = known;
    const failed = { ...known, subject: withoutCredentials(subject), reason: withoutCredentials(reason) };
    super(describeFailures([failed]));
    this.name = 'EvaluationError';
    Object.defineProperty(this, 'failed', { value: failed, enumerable: false });
  }
}

/** One message for evaluations that failed for the same reason. */
export function describeFailures(failures: readonly FailedEvaluation[], wantedBy: readonly string[] = []): string {
  const subjects = listed(failures.map(({ subject }) => subject));
  const [{ reason }] = failures;
  const byHand = failures.find((failure) => failure.byHand)?.byHand;
  return [
    `${subjects} can't be evaluated: ${indented(reason)}`,
    ...(wantedBy.length > 0 ? [`  wanted by: ${listed(wantedBy)}`] : []),
    ...(byHand ? [`  by hand${filling(byHand.hidden)}: ${byHand.line}`] : []),
  ].join('\n');
}

function filling(hidden: readonly string[]): string {
  return hidden.length === 0 ? '' : ` (fill in "...": ${hidden.join(', ')})`;
}

/** Distinct names, the first ones by name. */
export function listed(names: readonly string[], most = 20): string {
  const distinct = [...new Set(names)];
  const more = distinct.length - most;
  return distinct.slice(0, most).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function indented(text: string): string {
  return text.trim().split('\n').join('\n    ');
}
