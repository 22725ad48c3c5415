import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type DeliveredFile, DeliveredFiles } from '../../../lib/client/host/delivered-files';

const value = (content: unknown, restartUnits: string[] = []) => ({ value: content, restartUnits });
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('delivered files', () => {
  it('the header has owner, mode, length, digest and units of each value, in the order of the bytes', () => {
    const files = DeliveredFiles.ofValues({
      b: value('ü', ['b.service', 'c.socket']),
      a: value({ y: 1, x: [true] }),
    });
    expect(files.header).toEqual([
      ['file', `value a root root 0644 19 ${sha256('{"x":[true],"y":1}\n')}`],
      ['file', `value b root root 0644 5 ${sha256('"ü"\n')}`],
      ['restart', 'value b b.service'],
      ['restart', 'value b c.socket'],
    ]);
    expect(files.payload.toString()).toBe('{"x":[true],"y":1}\n"ü"\n');
  });

  it('the digest depends on the content alone, not on the order of keys', () => {
    const { digest } = DeliveredFiles.ofValues({ a: value({ x: 1, y: 2 }), b: value(null) });
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(DeliveredFiles.ofValues({ b: value(null), a: value({ y: 2, x: 1 }) }).digest).toBe(digest);
    expect(DeliveredFiles.ofValues({ a: value({ x: 1, y: 3 }), b: value(null) }).digest).not.toBe(digest);
    expect(DeliveredFiles.ofValues({ a: value({ x: 1, y: 2 }), c: value(null) }).digest).not.toBe(digest);
  });

  it('values alone have the digest that version 0.1.0 wrote into the journals of hosts', () => {
    const { digest } = DeliveredFiles.ofValues({ db: value({ port: 5432, host: 'db.example' }), tier: value('gold') });
    expect(digest).toBe('3e9833bcde5b1cf3fe7df37e7220b1608df4f06b74fbb7f237850d753f8c6bfa');
  });

  it('the digest changes with the owner, the group or the mode of a file', () => {
    const file: DeliveredFile = {
      kind: 'value',
      name: 'a',
      owner: 'root',
      group: 'root',
      mode: '0644',
      content: Buffer.from('1\n'),
      restartUnits: [],
    };
    const digests = [{}, { owner: 'app' }, { group: 'app' }, { mode: '0640' }].map(
      (change) => new DeliveredFiles([{ ...file, ...change }]).digest,
    );
    expect(new Set(digests).size).toBe(4);
    expect(digests[0]).toBe(DeliveredFiles.ofValues({ a: value(1) }).digest);
  });

  it('no files at all have the digest "none"', () => {
    expect(DeliveredFiles.ofValues({}).digest).toBe('none');
  });
});
