import { DefaultTokenResolver, type IResolvable, type IResolveContext, StringConcat, Tokenization } from 'cdktf';
import type { IConstruct } from 'constructs';

/** Marks tokens whose value is known at synth. */
export const SYNTH_VALUE = Symbol.for('cdktf-nixos/synth-value');

/** A token that gives its value as data, without Terraform's escapes. */
export interface SynthValue extends IResolvable {
  [SYNTH_VALUE](scope: IConstruct): unknown;
}

/** The value of a token at synth, or the expression in it that only Terraform knows. */
export function synthValue(
  token: unknown,
  scope: IConstruct,
): { readonly value: unknown } | { readonly expression: string } {
  const resolver = new Resolver();
  const value: unknown = Tokenization.resolve(token, { scope, resolver, preparing: false });
  return resolver.expression === undefined ? { value } : { expression: resolver.expression };
}

class Resolver extends DefaultTokenResolver {
  /** The first expression that was met; cdktf would change the message of an error thrown here. */
  expression: string | undefined;

  constructor() {
    super(new StringConcat());
  }

  override resolveToken(token: IResolvable, context: IResolveContext, postProcessor: any): unknown {
    if (SYNTH_VALUE in token) return (token as SynthValue)[SYNTH_VALUE](context.scope);
    const resolved: unknown = super.resolveToken(token, context, postProcessor);
    if (typeof resolved === 'string' && /^\$\{[\s\S]*\}$/.test(resolved)) this.expression ??= resolved;
    return resolved;
  }
}
