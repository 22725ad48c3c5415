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

/**
 * A refused input. The message begins with the path of the construct, or with the function for a value without one:
 * `[stack/web] host: got ..., expected ...; <fix>`. Its `name` is `InputError`; compare that instead of the class if two
 * copies of this package may be installed. A machine of your own may throw it, too.
 *
 * @example
 *
 * throw new InputError(this.node.path, 'memoryMib', {
 *   given: String(memoryMib),
 *   expected: 'at least 256 MiB',
 *   fix: 'a smaller machine cannot activate a system',
 * });
 */
export class InputError extends Error {
  /**
   * The message without the fix.
   * @internal
   */
  declare readonly what: string;
  /** @internal */
  declare readonly fix: string;

  /**
   * @param path of the construct: `this.node.path`
   * @param field the refused one, as the user wrote it
   * @param problem what is wrong with it
   */
  constructor(path: string, field: string, problem: Problem) {
    super(`[${path}] ${problemLine(field, problem)}`);
    this.name = 'InputError';
    // Not enumerable: Node prints an error that nobody catches with its members.
    Object.defineProperties(this, {
      what: { value: `[${path}] ${complaint(field, problem)}` },
      fix: { value: problem.fix },
    });
  }
}

/**
 * Refuses a given value if there is a problem with it.
 *
 * @param path of the construct; for an argument of a value, which has no construct, the function
 * @throws InputError when there is a problem
 */
export function refuse(path: string, field: string, problem: Problem | undefined): void {
  if (problem) throw new InputError(path, field, problem);
}
