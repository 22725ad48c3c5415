import { printTemplate } from './template';
import { LazyValue, type ResolveContext, resolveText } from './token';

/** A text, perhaps with tokens, that is decided when the stack is written. */
export class DeferredText extends LazyValue {
  /** @param produce returns undefined for an attribute that is not set */
  constructor(private readonly produce: () => string | undefined) {
    super();
  }

  resolve(context: ResolveContext): string | undefined {
    const text = this.produce();
    return text === undefined ? undefined : printTemplate(resolveText(text, context));
  }
}
