import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { printable } from '../../private/foreign-text';

const MAX_CHARACTERS = 16_384;

/**
 * Reads a stream to its end. The returned function gives the last of its text at any time. It begins with a whole line:
 * the rest of a line may be the rest of a secret, which nobody recognises.
 */
export function tail(stream: Readable): () => string {
  let text = '';
  let isCut = false;
  // A character may arrive in two parts.
  const decoder = new StringDecoder('utf8');
  stream.on('data', (chunk: Buffer) => {
    text += decoder.write(chunk);
    isCut ||= text.length > MAX_CHARACTERS;
    text = text.slice(-MAX_CHARACTERS);
  });
  stream.on('error', () => undefined);
  return () => printable(isCut ? withoutFirstLine(text) : text);
}

/** Nothing, when there is no other line. */
function withoutFirstLine(text: string): string {
  const end = text.indexOf('\n');
  return end < 0 ? '' : text.slice(end + 1);
}

/** The last lines that are not empty. */
export function lastLines(text: string, count: number): string[] {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-count);
}

/** `12.3 MB`, in steps of a thousand. */
export function displayBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const amount = bytes / 1000 ** step;
  return `${step === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${units[step]}`;
}
