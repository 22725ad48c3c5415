import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type DeliveredFile, DeliveredFiles } from '../../../lib/client/host/delivered-files';
import type { JobSecret, JobValue } from '../../../lib/job/job';

const value = (content: unknown, restartUnits: string[] = []) => ({ value: content, restartUnits });
const valuesAlone = (values: { readonly [name: string]: JobValue }) => DeliveredFiles.ofJob({ values });
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('delivered files', () => {
  it('the header has owner, mode, length, digest and units of each value, in the order of the bytes', () => {
    const files = valuesAlone({
      b: value('ü', ['b.service', 'c.socket']),
      a: value({ y: 1, x: [true] }),
    });
    const { header, payload } = files.delivery(new Map());
    expect(header).toEqual([
      ['file', `value a root root 0644 19 ${sha256('{"x":[true],"y":1}\n')}`],
      ['file', `value b root root 0644 5 ${sha256('"ü"\n')}`],
      ['restart', 'value b b.service'],
      ['restart', 'value b c.socket'],
    ]);
    expect(payload.toString()).toBe('{"x":[true],"y":1}\n"ü"\n');
  });

  it('the digest depends on the content alone, not on the order of keys', () => {
    const { digest } = valuesAlone({ a: value({ x: 1, y: 2 }), b: value(null) });
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(valuesAlone({ b: value(null), a: value({ y: 2, x: 1 }) }).digest).toBe(digest);
    expect(valuesAlone({ a: value({ x: 1, y: 3 }), b: value(null) }).digest).not.toBe(digest);
    expect(valuesAlone({ a: value({ x: 1, y: 2 }), c: value(null) }).digest).not.toBe(digest);
  });

  it('values alone have the digest that version 0.1.0 wrote into the journals of hosts', () => {
    const { digest } = valuesAlone({ db: value({ port: 5432, host: 'db.example' }), tier: value('gold') });
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
    expect(digests[0]).toBe(valuesAlone({ a: value(1) }).digest);
  });

  it('no files at all have the digest "none"', () => {
    expect(valuesAlone({}).digest).toBe('none');
  });

  const secret = (change: Partial<JobSecret> = {}): JobSecret => ({
    origin: { kind: 'file', file: 'token' },
    revision: '2026-11',
    storage: 'kept',
    owner: 'app',
    group: 'users',
    mode: '0440',
    restartUnits: [],
    reloadUnits: [],
    ...change,
  });
  const digestOf = (secrets: { readonly [name: string]: JobSecret }) =>
    DeliveredFiles.ofJob({ values: { a: value(1) }, secrets }).digest;

  it('secrets stand before the values, with their kind, owner, length, digest and units', () => {
    const files = DeliveredFiles.ofJob({
      values: { token: value(1) },
      secrets: {
        token: secret({ restartUnits: ['app.service'], reloadUnits: ['web.service', 'b.service'] }),
        pin: secret({ storage: 'memory', owner: 'root' }),
      },
    });
    const read = new Map([
      ['token', Buffer.from([0, 255, 10])],
      ['pin', Buffer.from('1234')],
    ]);
    const { header, payload, digest } = files.delivery(read);
    expect(header).toEqual([
      ['file', `memory-secret pin root users 0440 4 ${sha256('1234')}`],
      ['file', `secret token app users 0440 3 ${createHash('sha256').update(read.get('token')!).digest('hex')}`],
      ['restart', 'secret token app.service'],
      ['reload', 'secret token web.service'],
      ['reload', 'secret token b.service'],
      ['file', `value token root root 0644 2 ${sha256('1\n')}`],
    ]);
    expect(payload).toEqual(Buffer.from([...Buffer.from('1234'), 0, 255, 10, ...Buffer.from('1\n')]));
    expect(digest).toBe(files.digest);
  });

  it('the digest is that of the revision of a secret, never of its content', () => {
    const files = DeliveredFiles.ofJob({ values: {}, secrets: { token: secret() } });
    const deliveries = ['one', 'another'].map((text) => files.delivery(new Map([['token', Buffer.from(text)]])));
    expect(deliveries.map(({ digest }) => digest)).toEqual([files.digest, files.digest]);
    expect(files.digest).toBe(sha256(`secret token app users 0440 revision ${sha256('2026-11')}\n`));
  });

  it('the digest changes with everything that is said of a secret but its source and units', () => {
    const changes: Partial<JobSecret>[] = [
      {},
      { revision: '2026-12' },
      { owner: 'root' },
      { group: 'root' },
      { mode: '0400' },
      { storage: 'memory' },
    ];
    const digests = changes.map((change) => digestOf({ token: secret(change) }));
    expect(new Set([...digests, digestOf({ other: secret() }), digestOf({})]).size).toBe(changes.length + 2);
    const elsewhere = secret({ origin: { kind: 'environment', name: 'TOKEN' }, restartUnits: ['a.service'] });
    expect(digestOf({ token: elsewhere })).toBe(digests[0]);
  });

  it('a set with a secret that was not read is not sent', () => {
    const files = DeliveredFiles.ofJob({ values: {}, secrets: { token: secret() } });
    expect(() => files.delivery(new Map())).toThrow('secret token was not read');
  });
});
