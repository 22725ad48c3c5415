/** The problem with one given value, in the words that its error needs, if there is one. */
export interface Problem {
  /** As the user wrote it, shortened for display. */
  readonly given: string;
  /** A description of a valid value. */
  readonly expected: string;
  /** What to do about it. */
  readonly fix: string;
}

/** The fix for a job that no construct of this version would have written. */
export const REGENERATE = 'run cdktf synth again and apply its output: the job does not fit this client';

/** One line about a refused field. Lower case, no final period: `host: got "a b", expected ...; fix`. */
export function problemLine(field: string, problem: Problem): string {
  return `${complaint(field, problem)}; ${problem.fix}`;
}

function complaint(field: string, { given, expected }: Problem): string {
  return `${field}: got ${given}, expected ${expected}`;
}

/** A refused input. Its message begins with the path of the construct: `[stack/web] host: got ...`. */
export class InputError extends Error {
  /** The message without the fix. */
  readonly what: string;
  readonly fix: string;

  constructor(path: string, field: string, problem: Problem) {
    super(`[${path}] ${problemLine(field, problem)}`);
    this.name = 'InputError';
    this.what = `[${path}] ${complaint(field, problem)}`;
    this.fix = problem.fix;
  }
}
