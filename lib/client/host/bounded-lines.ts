import { LinkFailure } from './link-failure';

const LINE_FEED = 0x0a;
/** The longest event is a store path or a line of a log. */
const MAX_LINE_BYTES = 64 * 1024;
/** `stage` may report each path of a closure as missing: this is enough for 250,000 paths. */
const MAX_BYTES = 32 * 1024 * 1024;
const MAX_LINES = 500_000;

/**
 * The lines of a host's output, ended by the byte 0x0A alone: other characters that some readers take for the end of a
 * line may be part of a log. A host cannot fill our memory.
 *
 * @throws LinkFailure when a line or the whole is too long
 */
export async function* boundedLines(output: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  let bytes = 0;
  let lines = 0;
  for await (const chunk of output) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw tooMuch(`more than ${MAX_BYTES} bytes`);
    rest = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = rest.indexOf(LINE_FEED); end >= 0; end = rest.indexOf(LINE_FEED, start)) {
      if (++lines > MAX_LINES) throw tooMuch(`more than ${MAX_LINES} lines`);
      yield lineOf(rest.subarray(start, end));
      start = end + 1;
    }
    rest = rest.subarray(start);
    if (rest.length > MAX_LINE_BYTES) throw tooLong();
  }
  if (rest.length > 0) yield lineOf(rest);
}

function lineOf(bytes: Buffer): string {
  if (bytes.length > MAX_LINE_BYTES) throw tooLong();
  return bytes.toString('utf8');
}

function tooLong(): LinkFailure {
  return tooMuch(`a line of more than ${MAX_LINE_BYTES} bytes`);
}

function tooMuch(amount: string): LinkFailure {
  return new LinkFailure('output', `the command printed ${amount}`);
}
