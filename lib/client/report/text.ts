import type { Readable } from 'node:stream';

const MAX_CHARACTERS = 16_384;
// Terminal control sequences and control characters, but not tabs and line ends.
const CONTROL = /\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

// They end a line for some programs.
const SEPARATORS = /[\u2028\u2029]/g;

/** Reads a stream to its end. The returned function gives the last of its text at any time. */
export function tail(stream: Readable): () => string {
  let text = '';
  stream.on('data', (chunk: Buffer) => (text = (text + chunk.toString('utf8')).slice(-MAX_CHARACTERS)));
  stream.on('error', () => undefined);
  return () => printable(text);
}

/** Text of another program, without characters that move the cursor or hide something. */
export function printable(text: string): string {
  return text.replace(CONTROL, '').replace(SEPARATORS, (mark) => `\\u${mark.charCodeAt(0).toString(16)}`);
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
