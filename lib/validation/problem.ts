/** What is wrong with one given value, in the words that its error needs. */
export interface Problem {
  /** As the user wrote it, shortened for display. */
  readonly given: string;
  /** What a right value looks like. */
  readonly expected: string;
  /** What to do about it. */
  readonly fix: string;
}

/** An input that was refused. Lower case, no final period: `[stack/web] host: got "a b", expected ...; fix`. */
export class InputError extends Error {
  constructor(path: string, field: string, problem: Problem) {
    super(`[${path}] ${field}: got ${problem.given}, expected ${problem.expected}; ${problem.fix}`);
    this.name = 'InputError';
  }
}
