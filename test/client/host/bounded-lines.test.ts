import { describe, expect, it } from 'vitest';
import { boundedLines } from '../../../lib/client/host/bounded-lines';

const KIBIBYTE = 1024;

/** The lines of an output that arrives in these pieces. */
async function linesOf(...pieces: readonly (string | Buffer)[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of boundedLines(output(pieces))) lines.push(line);
  return lines;
}

async function* output(pieces: Iterable<string | Buffer>): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield Buffer.from(piece);
}

describe('the lines of a host', () => {
  it('the lines of a host end at the byte 0x0A alone', async () => {
    const line = 'a\u2028@nixos state=committed\u2029b\u0085c\rd\u000be';
    expect(await linesOf(`${line}\nnext\n`)).toEqual([line, 'next']);
  });

  it('the lines of a host are whole however they arrive', async () => {
    const bytes = Buffer.from('grüße\n\nlast');
    const pieces = Array.from(bytes, (byte) => Buffer.of(byte));
    expect(await linesOf(...pieces)).toEqual(['grüße', '', 'last']);
  });

  it('the lines of a host may be as long as 64 KiB', async () => {
    const line = 'x'.repeat(64 * KIBIBYTE);
    expect(await linesOf(`${line}\nnext`)).toEqual([line, 'next']);
  });

  it.each(['\n', ''])('a line of more than 64 KiB is a failure (its end: %j)', async (end) => {
    await expect(linesOf(`${'x'.repeat(64 * KIBIBYTE + 1)}${end}`)).rejects.toMatchObject({
      kind: 'output',
      message: 'the command printed a line of more than 65536 bytes',
    });
  });

  it('more than 32 MiB of lines are a failure, and 32 MiB are not', async () => {
    const piece = `${'x'.repeat(KIBIBYTE - 1)}\n`.repeat(KIBIBYTE);
    const most = Array<string>(32).fill(piece);
    expect(await linesOf(...most)).toHaveLength(32 * KIBIBYTE);
    await expect(linesOf(...most, '\n')).rejects.toMatchObject({ kind: 'output' });
  });

  it('more than half a million lines are a failure', async () => {
    await expect(linesOf('\n'.repeat(500_001))).rejects.toMatchObject({
      kind: 'output',
      message: 'the command printed more than 500000 lines',
    });
  });
});
