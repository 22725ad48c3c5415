/** The way from a request to its result. The first call of any handle evaluates everything that was requested by then. */
export interface EvaluationHandle<Result> {
  /** @throws EvaluationError when the evaluation failed */
  result(): Result;
  /** Like `result`, but returns undefined when the evaluation failed; `problems` says why. */
  tryResult(): Result | undefined;
  /** Why the evaluation failed, for the validation of a construct. Leaves out what another construct has reported. */
  problems(): string[];
}

/** The same handle with its result in another form. */
export function mapHandle<From, To>(
  handle: EvaluationHandle<From>,
  change: (result: From) => To,
): EvaluationHandle<To> {
  return {
    result: () => change(handle.result()),
    tryResult: () => {
      const result = handle.tryResult();
      return result === undefined ? undefined : change(result);
    },
    problems: () => handle.problems(),
  };
}

/** The handle of a result that needs no evaluation. */
export function knownHandle<Result>(result: Result): EvaluationHandle<Result> {
  return { result: () => result, tryResult: () => result, problems: () => [] };
}
