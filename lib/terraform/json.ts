import type { TemplatePart } from './template';
import { asciiJson, parseTemplate, plainText, printExpression, printTemplate } from './template';
import { isToken, LazyValue, type ResolveContext, resolveText } from './token';

/** A string of Terraform's JSON syntax that is made when the stack is resolved. */
abstract class TerraformString extends LazyValue {
  abstract override resolve(context: ResolveContext): string;
}

/** A user's string as data: its tokens are resolved, everything else stays as it is, `${` too. */
export class TerraformText extends TerraformString {
  constructor(private readonly text: string) {
    super();
  }

  resolve(context: ResolveContext): string {
    return printTemplate(resolveText(this.text, context));
  }
}

/** A set of one string, as a user gives it, for `for_each`. An object would lose a name like `__proto__` in cdktf. */
export class TerraformSet extends TerraformString {
  constructor(private readonly element: string) {
    super();
  }

  resolve(context: ResolveContext): string {
    return `\${toset([${printExpression(resolveText(this.element, context))}])}`;
  }
}

/**
 * Data as a template that Terraform fills to JSON: literals are JSON already, each token is `${jsonencode(...)}`.
 * cdktf's own `Fn.jsonencode` escapes neither quotes, backslashes nor `%{`.
 *
 * Sensitive tokens are revealed, because one of them would silence the whole log of a provisioner: a job is neither
 * in the state nor in the plan, and who reads it prints no value.
 */
export class TerraformJson extends TerraformString {
  /** @param produce gives the same tokens each time: a reference to another stack learns its name in the first pass. */
  constructor(private readonly produce: (context: ResolveContext) => unknown) {
    super();
  }

  resolve(context: ResolveContext): string {
    return new JsonTemplate(context, revealed).render(this.produce(context));
  }
}

/**
 * Data as JSON whose literals and tokens anyone may see: a sensitive token in it keeps Terraform from showing all of it.
 */
export class TerraformVisibleJson extends TerraformString {
  constructor(private readonly data: unknown) {
    super();
  }

  resolve(context: ResolveContext): string {
    return new JsonTemplate(context, (expression) => expression).render(this.data);
  }
}

/** SHA-256 of data, computed by Terraform: the same for a literal and for a token with the same value. */
export class TerraformDigest extends TerraformString {
  constructor(private readonly data: unknown) {
    super();
  }

  resolve(context: ResolveContext): string {
    const json = new JsonTemplate(context, (expression) => expression).render(this.data);
    // Decoding and encoding again gives one spelling to JSON that we wrote and JSON that Terraform wrote.
    return `\${sha256(jsonencode(jsondecode(${printExpression(parseTemplate(json))})))}`;
  }
}

/** Whether a value is ephemeral, as Terraform finds at plan, or at apply when it learns the value only then. */
export class TerraformEphemeralTest extends TerraformString {
  constructor(private readonly value: string) {
    super();
  }

  resolve(context: ResolveContext): string {
    return `\${ephemeralasnull(${printExpression(resolveText(this.value, context))}) == null}`;
  }
}

/** The inner call is for Terraform before 1.8, where nonsensitive() refuses a value that is not sensitive. */
function revealed(expression: string): string {
  return `nonsensitive(sensitive(${expression}))`;
}

class JsonTemplate {
  constructor(
    private readonly context: ResolveContext,
    private readonly wrap: (expression: string) => string,
  ) {}

  /** Strings are a user's data, in which only tokens are resolved. */
  render(value: unknown): string {
    return this.renderWith(value, (text) => resolveText(text, this.context));
  }

  private renderWith(value: unknown, read: (text: string) => TemplatePart[]): string {
    if (typeof value === 'string') return this.renderText(read(value));
    // What a token resolves to is a template: cdktf writes references as `${...}`.
    if (isToken(value)) return this.renderWith(this.context.resolve(value), parseTemplate);
    if (Array.isArray(value)) return `[${value.map((element) => this.renderWith(element, read)).join(',')}]`;
    if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${this.renderText(read(name))}:${this.renderWith(member, read)}`);
    return `{${members.join(',')}}`;
  }

  private renderText(parts: readonly TemplatePart[]): string {
    const text = plainText(parts);
    return text === undefined ? `\${${this.wrap(`jsonencode(${printExpression(parts)})`)}}` : asciiJson(text);
  }
}
