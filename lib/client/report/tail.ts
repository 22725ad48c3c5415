import type { Readable } from 'node:stream';

const MAX_CHARACTERS = 16_384;
// Terminal control sequences and control characters, but not tabs and line ends.
const CONTROL = /\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Reads a stream to its end and gives, at any time, the last of its text. */
export function tail(stream: Readable): () => string {
  let text = '';
  stream.on('data', (chunk: Buffer) => (text = (text + chunk.toString('utf8')).slice(-MAX_CHARACTERS)));
  stream.on('error', () => undefined);
  return () => printable(text);
}

/** Text of others, without what would move the cursor or hide something. */
export function printable(text: string): string {
  return text.replace(CONTROL, '');
}

/** The last lines that say something. */
export function lastLines(text: string, count: number): string[] {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-count);
}
