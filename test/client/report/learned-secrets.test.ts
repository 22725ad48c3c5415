import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { DeployError } from '../../../lib/client/report/deploy-error';
import { Report } from '../../../lib/client/report/report';
import { tail } from '../../../lib/client/report/text';

/** What a report prints of a line when it has learned a secret. */
function shown(line: string, secret: string | Buffer, sensitive?: unknown): string {
  let text = '';
  const report = new Report('web', sensitive, (printed) => (text += printed));
  report.learn(Buffer.from(secret));
  report.relay('log', line);
  return text.replace(/^web: log: /gm, '').trimEnd();
}

/** As the host shows each line of its log. */
const EVENTS = `export LC_ALL=C; call=c0; ${readFileSync(
  path.join(__dirname, '../../../lib/supervisor/base/events.sh'),
  'utf8',
)}
events log`;

const BODY = Array.from(
  { length: 20 },
  (_, i) => `MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ${'abcdefghijklmnopqrst'[i]}+/x`,
);
const PEM = `-----BEGIN PRIVATE KEY-----\n${BODY.join('\n')}\n-----END PRIVATE KEY-----\n`;

it('a report hides a secret from the moment on when it learns it', () => {
  let text = '';
  const report = new Report('web', undefined, (line) => (text += line));
  report.relay('log', 'hunter22');
  report.learn(Buffer.from('hunter22'));
  report.relay('log', 'is hunter22 here');
  report.failure(new DeployError({ status: 1, what: 'no hunter22', host: 'x', fix: 'y', log: ['hunter22'] }));
  expect(text).toBe(
    'web: log: hunter22\nweb: log: is <secret> here\nweb: log: <secret>\nweb: failed: no <secret>\nweb: host: x\nweb: to do: y\n',
  );
});

it('a report hides each line of a key alone', () => {
  for (const line of PEM.trim().split('\n')) expect(shown(`bad line "${line}"`, PEM)).toBe('bad line "<secret>"');
});

it('a report hides a key that stands in JSON, on one line', () => {
  expect(shown(JSON.stringify({ key: PEM }), PEM)).toMatch(/^\{"key":"(<secret>(\\n)?)+"\}$/);
});

it.each([0, 1, 2])('a report hides a secret in the base64 of something longer, %d bytes into it', (before) => {
  const secret = 'correct horse battery staple';
  for (const encoding of ['base64', 'base64url'] as const) {
    const text = Buffer.from(`${'x'.repeat(before)}${secret}-and-more`).toString(encoding);
    const visible = shown(`auth ${text}`, secret);
    expect(visible).toContain('<secret>');
    expect(Buffer.from(visible.replace('auth ', '').replace('<secret>', ''), encoding).toString()).not.toContain(
      'horse',
    );
  }
});

it.each([64, 76])('a report hides the base64 of a secret in lines of %d characters', (length) => {
  const lines = Buffer.from(PEM)
    .toString('base64')
    .match(new RegExp(`.{1,${length}}`, 'g'))!;
  expect(lines.length).toBeGreaterThan(10);
  // What is left for the last line may be too short to give anything away.
  if (lines.at(-1)!.length < 6) lines.pop();
  expect(new Set(lines.map((line) => shown(line, PEM)))).toEqual(new Set(['<secret>']));
});

it('a report hides a secret of bytes that are no text, as programs print it', () => {
  const secret = Buffer.from([0xff, 0xfe, 0x41, 0x42, 0x80, 0x81, 0x43, 0x44]);
  expect(shown(`key ${secret.toString('utf8')}`, secret)).toBe('key <secret>');
  expect(shown(`key ${secret.toString('base64')}`, secret)).toBe('key <secret>');
});

it('a report hides the secret that a value contains, and the value around it', () => {
  expect(shown('x=postgres://hunter22@db and hunter22', 'hunter22', { url: 'postgres://hunter22@db' })).toBe(
    'x=<value> and <secret>',
  );
});

it('a report hides a secret that a program prints in two writes, also within a character', () => {
  const stream = new PassThrough();
  const text = tail(stream);
  const bytes = Buffer.from('wrong password pässwörd22\n');
  for (const byte of bytes) stream.emit('data', Buffer.from([byte]));
  expect(shown(text(), 'pässwörd22')).toBe('wrong password <secret>');
});

it('the tail of a long output begins with a whole line, so that no secret is cut where nobody finds it', () => {
  const stream = new PassThrough();
  const text = tail(stream);
  for (let i = 0; i < 3000; i++) stream.emit('data', Buffer.from('hunter22hunter22\n'));
  expect(text().length).toBeGreaterThan(16_000);
  expect(new Set(text().trimEnd().split('\n'))).toEqual(new Set(['hunter22hunter22']));
});

it('a long output without a line end has no tail, because it may begin within a secret', () => {
  const stream = new PassThrough();
  const text = tail(stream);
  for (let i = 0; i < 3000; i++) stream.emit('data', Buffer.from('hunter22'));
  expect(text()).toBe('');
  stream.emit('data', Buffer.from('\ncannot unlock'));
  expect(text()).toBe('cannot unlock');
});

it('a report hides a secret of at least four characters, also in base64', () => {
  expect(shown('PIN 4711 or NDcxMQ==, in NDcxMQo=', '4711')).toBe('PIN <secret> or <secret>, in <secret>Qo=');
  expect(shown('PIN 471', '471')).toBe('PIN 471');
});

it('a report shows what stands for a secret also when the secret is in these words', () => {
  const text = shown('secret, value or cret', 'cret', { a: 'value1' });
  expect(text).toBe('se<secret>, value or <secret>');
  expect(shown('value1 valu', 'valu', { a: 'value1' })).toBe('<value> <secret>');
});

it.each([
  ['a byte of Latin-1', [...Buffer.from('correct-horse-'), 0xe9, ...Buffer.from('-battery')]],
  ['bytes of nothing', [0xff, 0xfe, 0x41, 0x42, 0x80, 0xc3, 0x43, 0x44, 0xe2, 0x82]],
  ['a zero', [...Buffer.from('key-material-'), 0, 0xff, ...Buffer.from('-and-more')]],
  ['bytes of nothing beside hidden and visible text', [...Buffer.from('gr\u00fc\u00dfe\u200b\u007f\t'), 0xc0, 0x61]],
])('a report hides a secret with %s, as the host shows it', (_, bytes) => {
  const secret = Buffer.from(bytes);
  const printedByHost = execFileSync('sh', ['-c', EVENTS], { input: Buffer.concat([Buffer.from('key '), secret]) });
  expect(printedByHost.toString()).toMatch(/^@nixos-c0 log=key .*\\x/);
  expect(shown(printedByHost.toString().replace('@nixos-c0 log=', ''), secret)).toBe('key <secret>');
});

it.each([
  ['PHP, in JSON', 'ab/cd/"ef"', String.raw`ab\/cd\/\"ef\"`],
  ['programs with other digits, in JSON', 'p\u00e4ss-w\u00f6rd', String.raw`p\u00E4ss-w\u00F6rd`],
  ['the trace of bash', "it's-a-secret", String.raw`'it'\''s-a-secret'`],
  ['the trace of dash', "it's-a-secret", `'it'"'"'s-a-secret'`],
  ['a URL', 'p@ss w/rd:l\u00f6ng!', 'p%40ss%20w%2Frd%3Al%C3%B6ng%21'],
  ['a URL, in small digits', 'p@ss w/rd:l\u00f6ng!', 'p%40ss%20w%2frd%3al%c3%b6ng%21'],
  ['the path of a URL', 'p@ss w/rd:l\u00f6ng!', 'p%40ss%20w/rd%3Al%C3%B6ng%21'],
  ['encodeURIComponent', 'p@ss w/rd:l\u00f6ng!', encodeURIComponent('p@ss w/rd:l\u00f6ng!')],
  ['encodeURI', '[p@ss] w/rd:l\u00f6ng!', encodeURI('[p@ss] w/rd:l\u00f6ng!')],
  ['a form', 'p@ss w/rd:l\u00f6ng!', 'p%40ss+w%2Frd%3Al%C3%B6ng%21'],
])('a report hides a secret as it is in %s', (_, secret, printed) => {
  expect(shown(`a=${printed}&b`, secret)).toMatch(/^a='?<secret>'?&b$/);
});

it('a report hides a secret as Go writes it in JSON', () => {
  const secret = 'a<b>&c\u2028"d';
  expect(shown('{"key":"a\\u003cb\\u003e\\u0026c\\u2028\\"d"}', secret)).toBe('{"key":"<secret>"}');
});
