import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LeakSearch } from '../../../lib/client/secrets/leak-search';
import { PatternSearch } from '../../../lib/client/secrets/pattern-search';

const SECRET = 'correct "horse" battery';
const searchFor = (secrets: { readonly [name: string]: string | Buffer }) =>
  new LeakSearch(new Map(Object.entries(secrets).map(([name, content]) => [name, Buffer.from(content)])));

describe('the search in data', () => {
  const data = (text: unknown) => ({ values: { db: { value: { urls: ['x', text] } } } });

  it.each([
    ['as it is', SECRET],
    ['as JSON', JSON.stringify(SECRET)],
    ['inside of a text', `postgres://${SECRET}@db`],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['in base64 after one byte', Buffer.from(`x${SECRET}x`).toString('base64')],
    ['in base64 after two bytes', Buffer.from(`xx${SECRET}`).toString('base64')],
    ['in base64 for URLs', Buffer.from(`user:${SECRET}`).toString('base64url')],
  ])('a secret is found %s, with its place', (_, text) => {
    const search = searchFor({ other: 'something else', token: `${SECRET}\n` });
    expect(search.inData(data(text))).toEqual({ name: 'token', place: 'values.db.value.urls[1]' });
  });

  it('a secret is found as jsonencode of Terraform writes it, and in ASCII alone', () => {
    const search = searchFor({ token: 'a<b> & "c" für \u2028 me' });
    const found = { name: 'token', place: 'values.db.value.urls[1]' };
    expect(search.inData(data('["a\\u003cb\\u003e \\u0026 \\"c\\" für \\u2028 me"]'))).toEqual(found);
    expect(search.inData(data('["a<b> & \\"c\\" f\\u00fcr \\u2028 me"]'))).toEqual(found);
  });

  it('a secret is found as a number and as the name of a member', () => {
    expect(searchFor({ pin: '123456789012' }).inData(data(123456789012))?.name).toBe('pin');
    expect(searchFor({ token: SECRET }).inData({ values: { [SECRET]: 1 } })).toEqual({
      name: 'token',
      place: 'values',
    });
  });

  it('nothing is found where nothing is', () => {
    const search = searchFor({ token: SECRET, blob: randomBytes(2000) });
    expect(search.inData(data([SECRET.slice(1), SECRET.slice(0, -1), null, true, 1.5]))).toBeUndefined();
    expect(searchFor({}).inData(data(SECRET))).toBeUndefined();
  });

  it('a secret of less than 12 bytes is named instead of searched for', () => {
    const search = searchFor({ pin: 'hunter2hunt\n', token: 'hunter2hunte' });
    expect(search.unsearched).toEqual(['pin']);
    expect(search.inData(data('hunter2hunt'))).toBeUndefined();
    expect(search.inData(data('hunter2hunter'))?.name).toBe('token');
  });
});

describe('the search for a key of several lines', () => {
  const pem = (label: string, lines: readonly string[]) =>
    [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
  const body = (bytes: number) =>
    randomBytes(bytes)
      .toString('base64')
      .match(/.{1,64}/g)!;
  const [lines, certificate] = [body(600), body(600)];
  const KEY = pem('PRIVATE KEY', lines);
  const found = (text: string, secret: string | Buffer = KEY) => searchFor({ key: secret }).inData(text)?.name;
  const wrapped = (bytes: Buffer | string, width: number) =>
    Buffer.from(bytes)
      .toString('base64')
      .replace(new RegExp(`.{${width}}`, 'g'), '$&\n');

  it.each([
    ['indented, as in YAML', KEY.replace(/^/gm, '    ')],
    ['with the line ends of Windows', KEY.replaceAll('\n', '\r\n')],
    ['with the line ends of Windows, as JSON', JSON.stringify(KEY.replaceAll('\n', '\r\n'))],
    ['as one line of it', `key = "${lines[4]}"`],
    ['indented, in base64', wrapped(KEY.replace(/^/gm, '  '), 76)],
  ])('a key is found %s', (_, text) => {
    expect(found(text)).toBe('key');
  });

  it('a text of several lines is found with other line ends, either way', () => {
    const [unix, windows] = ['user=billing\npassword=hunter2', 'user=billing\r\npassword=hunter2'];
    expect([found(windows, unix), found(unix, windows)]).toEqual(['key', 'key']);
  });

  it.each([64, 76])('a secret is found in base64 of lines of %d characters, wherever it stands in it', (width) => {
    for (const length of [24, 40, 47, 48, 50, 100, 3000]) {
      const secret = randomBytes(length);
      for (let before = 0; before < 80; before++) {
        const text = wrapped(Buffer.concat([randomBytes(before), secret, randomBytes(50)]), width);
        expect(found(text, secret), `${length} bytes after ${before}`).toBe('key');
      }
    }
  });

  it('what others have, too, is not the secret: a certificate beside a key, the first line of a key, its frame', () => {
    const secret = pem('CERTIFICATE', certificate) + KEY + pem('DH PARAMETERS', body(200));
    const others = [pem('CERTIFICATE', certificate), pem('PRIVATE KEY', [lines[0] as string, ...body(600)])];
    for (const text of [...others, ...others.map((other) => wrapped(other, 76))]) {
      expect(found(text, secret)).toBeUndefined();
    }
    expect(found(KEY, secret)).toBe('key');
  });

  it('a key of one line is found by it', () => {
    const line = `MC4CAQAwBQYDK2VwBCIEI${randomBytes(31).toString('base64')}`;
    expect(found(`  ${line}\n`, pem('PRIVATE KEY', [line]))).toBe('key');
  });
});

describe('the search in store paths', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'tree-'));
    mkdirSync(path.join(root, 'etc', 'deep'), { recursive: true });
    writeFileSync(path.join(root, 'etc', 'empty'), '');
    writeFileSync(path.join(root, 'etc', 'other'), randomBytes(100_000));
    symlinkSync('/nowhere', path.join(root, 'etc', 'dangling'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const place = (...names: string[]) => path.join(root, ...names);
  const found = () => searchFor({ token: SECRET }).inPaths([root]);

  it.each([
    ['in a file', 'etc/deep/config', () => writeFileSync(place('etc/deep/config'), `a\0b${SECRET}c`)],
    ['in the target of a link', 'etc/link', () => symlinkSync(SECRET, place('etc/link'))],
    ['in the name of a file', `etc/${SECRET}`, () => writeFileSync(place(`etc/${SECRET}`), '')],
    ['in the name of a directory', `etc/${SECRET}`, () => mkdirSync(place(`etc/${SECRET}`))],
  ])('a secret is found %s', async (_, where, plant) => {
    expect(await found()).toBeUndefined();
    plant();
    expect(await found()).toEqual({ name: 'token', place: place(where) });
  });

  it('a secret is found in a store path that is one file', async () => {
    writeFileSync(place('file'), SECRET);
    expect(await searchFor({ token: SECRET }).inPaths([place('file')])).toMatchObject({ place: place('file') });
  });

  it('a secret is found wherever it stands in a large file, also where two parts of it meet', async () => {
    const mebibyte = 1024 * 1024;
    const at = [0, mebibyte - SECRET.length, mebibyte - 10, mebibyte - 1, mebibyte, 2 * mebibyte - 50, 3 * mebibyte];
    for (const start of at) {
      const content = Buffer.alloc(3 * mebibyte + SECRET.length, 'x');
      content.write(SECRET, start);
      writeFileSync(place('large'), content);
      expect(await found(), String(start)).toEqual({ name: 'token', place: place('large') });
    }
  });

  it('a secret is found that is larger than a part of a file', async () => {
    const secret = randomBytes(1024 * 1024);
    writeFileSync(place('large'), Buffer.concat([randomBytes(700_000), secret, randomBytes(10)]));
    expect(await searchFor({ blob: secret }).inPaths([root])).toEqual({ name: 'blob', place: place('large') });
  });

  it('a store path is not looked at for secrets that are too short', async () => {
    expect(await searchFor({ pin: 'hunter2' }).inPaths([place('nowhere')])).toBeUndefined();
  });

  it('a store path is looked at once', async () => {
    const search = searchFor({ token: SECRET });
    await search.inPaths([root]);
    writeFileSync(place('late'), SECRET);
    expect(await search.inPaths([root])).toBeUndefined();
  });
});

describe('the search for many patterns', () => {
  it('it finds what indexOf finds, in texts of few letters', () => {
    const letters = (length: number) => Buffer.from([...randomBytes(length)].map((byte) => 97 + (byte % 3)));
    for (let round = 0; round < 2000; round++) {
      const patterns = Array.from({ length: 1 + (round % 4) }, (_, i) => ({
        bytes: letters(3 + ((round + i) % 5)),
        name: String(i),
      }));
      const text = letters(60);
      const wanted = patterns.some(({ bytes }) => text.includes(bytes));
      const result = new PatternSearch(patterns).find(text);
      expect(result !== undefined).toBe(wanted);
      if (result !== undefined) expect(text.includes(result.bytes)).toBe(true);
    }
  });

  it('it takes more patterns than a call takes arguments', () => {
    const patterns = Array.from({ length: 200_000 }, (_, i) => ({ bytes: Buffer.from(`line-${i}.`), name: String(i) }));
    expect(new PatternSearch(patterns).find(Buffer.from('a line-199999. more'))?.name).toBe('199999');
  });

  it('it finds patterns that are longer than a step may be', () => {
    const long = randomBytes(1000);
    const text = Buffer.concat([randomBytes(5000), long, randomBytes(10)]);
    expect(new PatternSearch([{ bytes: long, name: 'long' }]).find(text)?.name).toBe('long');
    expect(new PatternSearch([{ bytes: randomBytes(1000), name: 'long' }]).find(text)).toBeUndefined();
  });
});
