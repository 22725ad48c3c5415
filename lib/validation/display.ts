const SHOWN_CHARACTERS = 60;
// The third is the beginning of the second in base64, as in the file of a key.
const PRIVATE_KEY = /PRIVATE KEY|openssh-key-v1|b3BlbnNzaC1rZXktdjE|PuTTY-User-Key-File/;
// C0, C1, line separators and bidirectional marks: they would break or reorder the line of the message.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A given value as a message shows it: on one line, shortened, and never a private key. */
export function display(value: unknown): string {
  if (typeof value === 'string') return displayText(value);
  if (value === undefined) return 'nothing';
  if (typeof value === 'bigint') return `${value}n`;
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** Like {@link display}, for what may be a secret, given in the wrong place: what kind of value it is. */
export function displayKind(value: unknown): string {
  if (value === '') return '""';
  if (typeof value === 'string') return 'a text (not shown)';
  return ['number', 'bigint', 'boolean'].includes(typeof value) ? `a ${typeof value} (not shown)` : display(value);
}

/** An object that is not plain, by its class. */
export function displayInstance(value: object): string {
  return `an instance of ${value.constructor?.name || 'a class'}`;
}

/** The name of a file, whole, so that it can be found. */
export function displayFile(file: string): string {
  return holdsPrivateKey(file) ? displayText(file) : quoted(file);
}

/** Whether the text holds a private key, or is likely to. */
export function holdsPrivateKey(text: string): boolean {
  return PRIVATE_KEY.test(text);
}

function displayText(text: string): string {
  if (holdsPrivateKey(text)) return 'a private key (not shown)';
  const characters = Array.from(text);
  if (characters.length <= SHOWN_CHARACTERS) return quoted(text);
  return `${quoted(characters.slice(0, SHOWN_CHARACTERS).join(''))}... (${characters.length} characters)`;
}

function quoted(text: string): string {
  // JSON.stringify escapes quotes, backslashes and C0; the other characters are escaped here in the same form.
  return JSON.stringify(text).replace(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
