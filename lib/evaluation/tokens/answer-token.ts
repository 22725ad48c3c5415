import type { EvaluationRequest } from '../request/request';
import type { Want } from '../request/wants';
import { EvaluatedToken } from './evaluated-token';

/** A text that an answer gives. */
export class AnswerToken<Answer> extends EvaluatedToken<Answer> {
  protected readonly placeholder = '';

  /** @param read takes it from the answer */
  constructor(
    request: EvaluationRequest,
    want: Want<Answer>,
    private readonly read: (answer: Answer) => string,
  ) {
    super(request, want);
  }

  protected value(answer: Answer): string {
    return this.read(answer);
  }
}
