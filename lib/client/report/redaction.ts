import { printable } from '../../private/foreign-text';

/** Shorter texts (`true`, `80`) occur everywhere and give nothing away. */
const MIN_LENGTH = 6;
/** A line may be cut off inside a text: so much of its beginning gives it away. */
const MIN_BEGINNING = 16;

/** What a host escapes byte by byte (`events` of the supervisor): control characters, and what is not seen. */
const ESCAPED_BY_HOST =
  /[\u0001-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;
const COLOUR = /\u001b\[[0-9;?]*[A-Za-z]/g;
/** What a host shows of a character that its limit has cut apart. */
const CUT_CHARACTER = /(\\x[0-9a-f]{2}){1,3}$/;

/** Finds sensitive text in lines of other programs, in each form in which it may stand there. */
export class Redaction {
  /** The longest first: one may contain another. */
  private readonly secrets: readonly string[];

  constructor(sensitive: unknown) {
    const forms = stringsIn(sensitive)
      .flatMap((text) => text.split('\n'))
      .flatMap(formsOf)
      .map((form) => form.trim());
    this.secrets = [...new Set(forms)].filter(({ length }) => length >= MIN_LENGTH).sort((a, b) => b.length - a.length);
  }

  /** The text as {@link printable} made it, without what is sensitive. */
  of(text: string): string {
    if (this.secrets.length === 0) return text;
    const shown = this.secrets.reduce((rest, secret) => rest.replaceAll(secret, '<value>'), text);
    const ended = (line: string) => this.secrets.reduce(withoutBeginning, line);
    return shown.split('\n').map(ended).join('\n');
  }
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

/** A line as a program prints it, plain or as JSON, and as the host and we then show it. */
function formsOf(line: string): string[] {
  const json = JSON.stringify(line).slice(1, -1);
  const ascii = json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return [line, json, ascii].flatMap((text) => [printable(text), printable(byHost(text))]);
}

function byHost(line: string): string {
  const plain = line.replaceAll('\0', '').replace(/\r$/, '').replace(COLOUR, '').replaceAll('\t', ' ');
  return plain.replace(ESCAPED_BY_HOST, (character) =>
    [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}

/** A line that ends within a secret ends before it. */
function withoutBeginning(line: string, secret: string): string {
  if (secret.length <= MIN_BEGINNING) return line;
  const beginning = secret.slice(0, MIN_BEGINNING);
  for (let at = line.indexOf(beginning); at >= 0; at = line.indexOf(beginning, at + 1)) {
    const rest = line.slice(at);
    if (secret.startsWith(rest) || secret.startsWith(rest.replace(CUT_CHARACTER, ''))) {
      return `${line.slice(0, at)}<value>`;
    }
  }
  return line;
}
