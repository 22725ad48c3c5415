import { jsonForms } from '../secrets/bytes';

/** What a host escapes byte by byte (`events` of the supervisor): control characters, and what is not seen. */
const ESCAPED_BY_HOST =
  /[\u0001-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;
const COLOUR = /\u001b\[[0-9;?]*[A-Za-z]/g;
/** The characters of UTF-8, byte by byte, or else one byte that is none. */
const CHARACTERS =
  /((?:[\0-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})+)|[\x80-\xff]/g;

/** A text as programs print it: as it is, in JSON, in the traces of shells, and in a URL. */
export function printedForms(text: string): string[] {
  const json = jsonForms(text);
  const forms = [
    text,
    ...json,
    // as PHP does
    ...json.map((form) => form.replaceAll('/', '\\/')),
    // as others write the same digits
    ...json.map((form) => form.replace(/\\u[0-9a-f]{4}/g, (unit) => `\\u${unit.slice(2).toUpperCase()}`)),
    // by bash, and by dash
    ...["'\\''", `'"'"'`].map((quote) => text.replaceAll("'", quote)),
    ...urlForms(text),
  ];
  return [...new Set(forms)];
}

/** What stays as it is in a URL: in any part of it, in its path, in a whole one, and as JavaScript has the first and the last. */
const KEPT_IN_URLS = ['', '/', ":/?#[\\]@!$&'()*+,;=", "!'()*", ";/?:@&=+$,#!'()*"];

function urlForms(text: string): string[] {
  const forms = KEPT_IN_URLS.map((kept) =>
    text.replace(new RegExp(`[^A-Za-z0-9._~${kept}-]`, 'gu'), (character) =>
      inHex(Buffer.from(character), '%').toUpperCase(),
    ),
  );
  // A form of a page has another blank.
  const all = [...forms, (forms[0] as string).replaceAll('%20', '+')];
  return all.flatMap((form) => [form, form.replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase())]);
}

/** A line of a log as the host shows it. */
export function shownByHost(line: string): string {
  const plain = line.replaceAll('\0', '').replace(/\r$/, '').replace(COLOUR, '').replaceAll('\t', ' ');
  return plain.replace(ESCAPED_BY_HOST, (character) => inHex(Buffer.from(character), '\\x'));
}

/** Bytes as the host shows them: what is no text byte by byte. */
export function textByHost(bytes: Buffer): string {
  const shown = bytes
    .toString('latin1')
    .replaceAll('\0', '')
    .replace(CHARACTERS, (found, text: string | undefined) => text ?? inHex(Buffer.from(found, 'latin1'), '\\x'));
  return Buffer.from(shown, 'latin1').toString('utf8');
}

function inHex(bytes: Buffer, before: string): string {
  return [...bytes].map((byte) => before + byte.toString(16).padStart(2, '0')).join('');
}
