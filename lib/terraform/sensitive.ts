import {
  DefaultTokenResolver,
  type IResolvable,
  type IResolveContext,
  StringConcat,
  TerraformElement,
  TerraformStack,
  Tokenization,
} from 'cdktf';
import type { IConstruct } from 'constructs';
import { SYNTH_VALUE } from './synth-value';
import { templateCode } from './template';

/**
 * The sensitive part of a token's expression, as far as the program shows it: a sensitive variable, by way of a local or
 * of another stack too, or a call of `sensitive`. Within `nonsensitive` nothing counts. Undefined when there is none, and
 * for what only Terraform knows: sensitive attributes of resources.
 */
export function sensitivePart(value: unknown, scope: IConstruct): string | undefined {
  const resolved: unknown = Tokenization.resolve(value, { scope, resolver: new Resolver(), preparing: true });
  const code = withoutNonsensitive(texts(resolved).map(templateCode).join(' '));
  const found = /(?<![\w.-])sensitive\(\s*((?:var|local)\.[\w-]+)?/.exec(code);
  return found ? (found[1] ?? 'sensitive(...)') : undefined;
}

/** Resolves a reference where it comes from, and marks the sensitive ones. */
class Resolver extends DefaultTokenResolver {
  constructor() {
    super(new StringConcat());
  }

  override resolveToken(token: IResolvable, context: IResolveContext, postProcessor: any): unknown {
    if (SYNTH_VALUE in token) return '';
    const { originStack, identifier } = token as { originStack?: unknown; identifier?: unknown };
    if (!TerraformStack.isStack(originStack)) return super.resolveToken(token, context, postProcessor);
    const reference = String(identifier);
    const marked = isSensitive(originStack, reference) ? `sensitive(${reference})` : reference;
    return context.suppressBraces ? marked : `\${${marked}}`;
  }
}

/** Judged by what an element renders: its class may be of another copy of cdktf. */
function isSensitive(stack: TerraformStack, reference: string): boolean {
  const [kind, name] = reference.split('.', 2);
  if (kind !== 'var' && kind !== 'local') return false;
  const elements = stack.node.findAll().filter(TerraformElement.isTerraformElement);
  const rendered = elements.filter(({ friendlyUniqueId }) => friendlyUniqueId === name).map((one) => one.toTerraform());
  if (kind === 'var') return rendered.some(({ variable }) => variable?.[name]?.sensitive === true);
  // The `expression` of a local is a reference to itself.
  return rendered.some(({ locals }) => locals !== undefined && sensitivePart(locals[name], stack) !== undefined);
}

/** The texts in what a token became. */
function texts(resolved: unknown): string[] {
  if (typeof resolved === 'string') return [resolved];
  return typeof resolved === 'object' && resolved !== null ? Object.entries(resolved).flat().flatMap(texts) : [];
}

/** Code without the calls of `nonsensitive` in it. */
function withoutNonsensitive(code: string): string {
  const start = code.search(/(?<![\w.-])nonsensitive\(/);
  if (start < 0) return code;
  let end = code.indexOf('(', start) + 1;
  for (let depth = 1; depth > 0 && end < code.length; end += 1) {
    if (code[end] === '(') depth += 1;
    if (code[end] === ')') depth -= 1;
  }
  return withoutNonsensitive(`${code.slice(0, start)} ${code.slice(end)}`);
}
