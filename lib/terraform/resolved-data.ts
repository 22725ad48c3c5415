import { DefaultTokenResolver, StringConcat, Tokenization } from 'cdktf';
import type { IConstruct } from 'constructs';
import { TerraformText } from './json';
import { parseTemplate, plainText, printExpression } from './template';
import { isToken } from './token';

/**
 * Data with its tokens resolved, as a stack's JSON would have them: a token becomes the literal that it stands for, or
 * `{ expression }`, in Terraform's own syntax, when only Terraform knows its value. Final: every evaluation that a token needs has run.
 *
 * @param scope resolves references: one to another stack is written as that construct's stack would write it
 */
export function resolvedData(value: unknown, scope: IConstruct): unknown {
  if (isToken(value)) return resolvedToken(value, scope);
  if (Array.isArray(value)) return value.map((element) => resolvedData(element, scope));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, resolvedData(member, scope)]));
}

function resolvedToken(token: unknown, scope: IConstruct): unknown {
  const resolver = new DefaultTokenResolver(new StringConcat());
  const template = typeof token === 'string' ? new TerraformText(token) : token;
  const resolved: unknown = Tokenization.resolve(template, { scope, resolver, preparing: false });
  if (typeof resolved !== 'string') return resolved;
  const parts = parseTemplate(resolved);
  return plainText(parts) ?? { expression: printExpression(parts) };
}
