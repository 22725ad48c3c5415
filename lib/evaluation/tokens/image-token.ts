import type { ConfigurationRequest } from '../request/request';
import { type ImageAnswer, imageWant } from '../request/image';
import { EvaluatedToken } from './evaluated-token';

/** What is known of an image at synth. */
export class ImageToken extends EvaluatedToken<ImageAnswer> {
  protected readonly placeholder = '';

  /** @param read takes it from the answer */
  constructor(
    request: ConfigurationRequest,
    variant: string,
    private readonly read: (answer: ImageAnswer) => string,
  ) {
    super(request, imageWant(variant));
  }

  protected value(answer: ImageAnswer): string {
    return this.read(answer);
  }
}
