/** The problem with one given value, in the words that its error needs, if there is one. */
export interface Problem {
  /** As the user wrote it, shortened for display. */
  readonly given: string;
  /** A description of a valid value. */
  readonly expected: string;
  /** What to do about it. */
  readonly fix: string;
}

/** One line about a refused field. Lower case, no final period: `host: got "a b", expected ...; fix`. */
export function problemLine(field: string, problem: Problem): string {
  return `${field}: got ${problem.given}, expected ${problem.expected}; ${problem.fix}`;
}

/** A refused input. Its message begins with the path of the construct: `[stack/web] host: got ...`. */
export class InputError extends Error {
  constructor(path: string, field: string, problem: Problem) {
    super(`[${path}] ${problemLine(field, problem)}`);
    this.name = 'InputError';
  }
}
