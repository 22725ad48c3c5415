import { isUtf8 } from 'node:buffer';
import { base64Forms, jsonForms } from './bytes';

/** Of a key, for example. Others may have a shorter one, or one with blanks, in common. */
const LONG_WORD = /^[A-Za-z0-9+/=_-]{40,}$/;
/** Certificates, public keys, parameters: others may have them. */
const PUBLIC_BLOCK = /-----BEGIN ((?!.*PRIVATE)[^-\r\n]*)-----[^]*?-----END \1-----/g;
/** Keys of a kind begin with the same bytes. A key may have only one line. */
const FIRST_LINE = /(-----BEGIN .*-----\r?\n).*\r?\n(?!-----END )/g;

/** Of a part of base64: shorter ones occur by chance. Those of 24 bytes have at least this. */
const MIN_WIDTH = 15;

/** As what a secret may stand in a file or in a value: as it is, with other line ends, indented, in JSON, in base64. */
export function leakPatterns(secret: Buffer): Buffer[] {
  const forms = isUtf8(secret) ? textForms(secret.toString('utf8')) : [];
  const lines = secretLines(secret);
  // It may have been indented, or have other line ends, before it was encoded.
  const core = lines[Math.floor(lines.length / 2)] ?? secret;
  const encoded = [...base64Forms(secret), ...base64Forms(core).flatMap(windows)].map((form) => Buffer.from(form));
  return [secret, ...forms, ...lines, ...encoded];
}

function textForms(text: string): Buffer[] {
  const lines = text.replaceAll('\r\n', '\n');
  const texts = [text, lines, lines.replaceAll('\n', '\r\n')];
  return [...new Set(texts.flatMap((form) => [form, ...jsonForms(form)]))].map((form) => Buffer.from(form));
}

/** The lines that are a secret alone. */
function secretLines(secret: Buffer): Buffer[] {
  const text = secret.toString('latin1').replace(PUBLIC_BLOCK, '').replace(FIRST_LINE, '$1');
  const lines = text.split(/\r?\n/);
  return lines.filter((line) => LONG_WORD.test(line)).map((line) => Buffer.from(line));
}

/**
 * Two parts of a base64 text, side by side. Programs break it into lines of 64 or 76 characters: a break hits one of them
 * at most. They are in the middle, because many texts begin and end like others.
 */
function windows(base64: string): string[] {
  const width = Math.min(32, Math.floor(base64.length / 2));
  if (width < MIN_WIDTH) return [];
  const middle = Math.floor(base64.length / 2);
  return [base64.slice(middle - width, middle), base64.slice(middle, middle + width)];
}
