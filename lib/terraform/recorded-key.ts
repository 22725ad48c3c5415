import { ED25519_HEAD } from '../job/recorded-key';
import { printExpression } from './template';
import { resolveText, type ResolveContext, LazyValue } from './token';

/** The public key in a label (lib/job/recorded-key.ts) that only Terraform knows: one that is confirmed, or an error. */
export class RecordedKeyText extends LazyValue {
  /** @param label as a token */
  constructor(private readonly label: string) {
    super();
  }

  resolve(context: ResolveContext): string {
    const label = printExpression(resolveText(this.label, context));
    const text = `one(regex("^k([A-Za-z0-9_-]{44})k$", ${label}))`;
    return `${ED25519_HEAD}\${replace(replace(${text}, "-", "+"), "_", "/")}`;
  }
}
