import { isUtf8 } from 'node:buffer';
import { printable } from '../../private/foreign-text';
import { base64Forms, trimmed } from '../secrets/bytes';
import { printedForms, shownByHost, textByHost } from './printed-forms';

/** Shorter texts (`true`, `80`) occur everywhere and give nothing away. */
const MIN_LENGTH = 6;
/** A shorter secret would show where it is missing from a line that everybody knows. */
const MIN_SECRET = 4;
/** A line may be cut off inside a text: so much of its beginning gives it away. */
const MIN_BEGINNING = 16;

/** What a host shows of a character that its limit has cut apart. */
const CUT_CHARACTER = /(\\x[0-9a-f]{2}){1,3}$/;

/** One text that is not repeated, and what stands for it. */
interface Hidden {
  readonly text: string;
  readonly mark: Mark;
}

/** One character until all is hidden: a short secret may be in the words that are then shown. */
const VALUE = '\ue000';
const SECRET = '\ue001';
const MARKS = { [VALUE]: '<value>', [SECRET]: '<secret>' };
type Mark = keyof typeof MARKS;

/** Finds sensitive text in lines of other programs, in each form in which it may stand there. */
export class Redaction {
  /** The longest first: one may contain another. */
  private hidden: readonly Hidden[] = [];

  constructor(sensitive: unknown) {
    this.add(linesIn(sensitive).flatMap(formsOf), VALUE);
  }

  /** From now on a secret is not repeated, nor its lines, nor its base64. */
  learn(secret: Buffer): void {
    const whole = trimmed(secret);
    const encoded = [secret, whole].map((bytes) => bytes.toString('base64'));
    const base64 = encoded.flatMap((form) => [form, ...linesOf(form, 64), ...linesOf(form, 76)]);
    this.add([...textsOf(secret).flatMap(linesIn).flatMap(formsOf), ...base64], SECRET);
    if (whole.length < MIN_SECRET) return;
    this.add([...textsOf(whole).flatMap(formsOf), ...base64Forms(whole)], SECRET, 1);
  }

  /** The text as {@link printable} made it, without what is sensitive. */
  of(text: string): string {
    if (this.hidden.length === 0) return text;
    const shown = this.hidden.reduce((rest, { text: secret, mark }) => rest.replaceAll(secret, mark), text);
    const ended = (line: string) => this.hidden.reduce(withoutBeginning, line);
    const hidden = shown.split('\n').map(ended).join('\n');
    return Object.entries(MARKS).reduce((rest, [mark, words]) => rest.replaceAll(mark, words), hidden);
  }

  private add(forms: readonly string[], mark: Mark, minLength = MIN_LENGTH): void {
    const known = new Set(this.hidden.map(({ text }) => text));
    const texts = new Set(forms.map((form) => form.trim()).filter(({ length }) => length >= minLength));
    const added: Hidden[] = [...texts].filter((text) => !known.has(text)).map((text) => ({ text, mark }));
    this.hidden = [...this.hidden, ...added].sort((a, b) => b.text.length - a.text.length);
  }
}

/** Base64 as programs break it into lines. */
function linesOf(base64: string, length: number): string[] {
  return base64.match(new RegExp(`.{1,${length}}`, 'g')) ?? [];
}

/** Bytes as text: as a program of this machine shows those that are none, and as a host does. */
function textsOf(bytes: Buffer): string[] {
  const text = bytes.toString('utf8');
  return isUtf8(bytes) ? [text] : [text, textByHost(bytes)];
}

function linesIn(sensitive: unknown): string[] {
  return stringsIn(sensitive).flatMap((text) => text.split('\n'));
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

/** A line as a program prints it, and as the host and we then show it. */
function formsOf(line: string): string[] {
  return printedForms(line).flatMap((text) => [printable(text), printable(shownByHost(text))]);
}

/** A line that ends within a secret ends before it. */
function withoutBeginning(line: string, { text: secret, mark }: Hidden): string {
  if (secret.length <= MIN_BEGINNING) return line;
  const beginning = secret.slice(0, MIN_BEGINNING);
  for (let at = line.indexOf(beginning); at >= 0; at = line.indexOf(beginning, at + 1)) {
    const rest = line.slice(at);
    if (secret.startsWith(rest) || secret.startsWith(rest.replace(CUT_CHARACTER, ''))) {
      return line.slice(0, at) + mark;
    }
  }
  return line;
}
