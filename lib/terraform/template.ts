/**
 * Terraform's template syntax, where text and expressions are mixed: `a${var.b}c`.
 * Values of users are data: what looks like a template in them is escaped, never interpreted.
 */

/** A piece of a template: text that stands for itself, or a sequence (`${...}`, `%{...}`) as Terraform reads it. */
export type TemplatePart = { readonly text: string } | { readonly sequence: string };

/** Splits what cdktf resolved (a template) into text, with its escapes undone, and sequences. */
export function parseTemplate(template: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let text = '';
  let position = 0;
  while (position < template.length) {
    const escape = /^(\$\$\{|%%\{)/.exec(template.slice(position, position + 3))?.[0];
    const end = escape === undefined ? sequenceEnd(template, position) : undefined;
    if (end !== undefined) {
      parts.push({ text }, { sequence: template.slice(position, end) });
      text = '';
    } else {
      text += escape === undefined ? template[position] : escape.slice(1);
    }
    position = end ?? position + (escape?.length ?? 1);
  }
  return [...parts, { text }].filter((part) => !('text' in part && part.text === ''));
}

/** Text that holds no sequence: it is data. */
export function plainText(parts: readonly TemplatePart[]): string | undefined {
  if (parts.some((part) => 'sequence' in part)) return undefined;
  return parts.map((part) => ('text' in part ? part.text : '')).join('');
}

/** The parts as a template for a string of Terraform's JSON syntax. */
export function printTemplate(parts: readonly TemplatePart[]): string {
  return parts
    .map((part, i) => ('text' in part ? beforeSequence(escapeTemplate(part.text), parts[i + 1]) : part.sequence))
    .join('');
}

/** The parts as an expression: a quoted template, or the bare expression when there is nothing else. */
export function printExpression(parts: readonly TemplatePart[]): string {
  const [only] = parts;
  if (parts.length === 1 && 'sequence' in only && only.sequence.startsWith('${')) return only.sequence.slice(2, -1);
  const quoted = parts.map((part, i) =>
    'text' in part ? beforeSequence(escapeQuoted(part.text), parts[i + 1]) : part.sequence,
  );
  return `"${quoted.join('')}"`;
}

/** Text as JSON in ASCII. Terraform normalises other characters (NFC), and data must arrive byte for byte. */
export function asciiJson(text: string): string {
  return unmarked(JSON.stringify(text)).replace(/[^\u0000-\u007f]/g, unicodeEscape);
}

/** The code of a template's expressions: what is in their sequences, at every depth, without any text. */
export function templateCode(template: string): string {
  const sequences = parseTemplate(template).flatMap((part) => ('sequence' in part ? [part.sequence.slice(2, -1)] : []));
  return sequences.map(expressionCode).join(' ');
}

function expressionCode(expression: string): string {
  const start = expression.indexOf('"');
  const end = start < 0 ? undefined : stringEnd(expression, start);
  if (end === undefined) return expression;
  const text = templateCode(expression.slice(start + 1, end - 1));
  return `${expression.slice(0, start)} ${text} ${expressionCode(expression.slice(end))}`;
}

/** Text that stays as it is in a template. */
function escapeTemplate(text: string): string {
  return text.replace(/([$%])(?=\{)/g, '$1$1');
}

/** `$` before `${` would read as an escape of it, and doubling it does not help: it becomes a sequence of its own. */
function beforeSequence(text: string, next: TemplatePart | undefined): string {
  if (next === undefined || 'text' in next) return text;
  return text.replace(/[$%]$/, (sign) => `\${"${sign}"}`);
}

function escapeQuoted(text: string): string {
  // The language has JSON's escapes without \b and \f.
  const json = JSON.stringify(text).replace(/\\(.)/g, (escape, kind: string) => {
    if (kind === 'b') return '\\u0008';
    return kind === 'f' ? '\\u000c' : escape;
  });
  return unmarked(json).slice(1, -1);
}

/** Without `${` and `%{`, which begin sequences, and `#{` and `&{`, which begin cdktf's markers. */
function unmarked(json: string): string {
  return json.replace(/([$%#&])\{/g, '$1\\u007b');
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Where the sequence that starts here ends; nothing when none does, or when it is never closed. */
function sequenceEnd(template: string, start: number): number | undefined {
  if (!/^[$%]\{/.test(template.slice(start, start + 2))) return undefined;
  let depth = 1;
  let position = start + 2;
  while (position < template.length) {
    const character = template[position];
    if (character === '"') {
      const end = stringEnd(template, position);
      if (end === undefined) return undefined;
      position = end;
      continue;
    }
    if (character === '{') depth += 1;
    if (character === '}') depth -= 1;
    position += 1;
    if (depth === 0) return position;
  }
  return undefined;
}

/** Where the quoted string that starts here ends; it may hold sequences, which may hold strings. */
function stringEnd(template: string, start: number): number | undefined {
  let position = start + 1;
  while (position < template.length) {
    if (template[position] === '"') return position + 1;
    const escape = /^(\$\$\{|%%\{|\\.)/s.exec(template.slice(position, position + 3))?.[0];
    position = escape === undefined ? (sequenceEnd(template, position) ?? position + 1) : position + escape.length;
  }
  return undefined;
}
