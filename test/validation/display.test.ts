import { expect, it } from 'vitest';
import { display, displayFile } from '../../lib/validation/display';

it.each([
  ['plain', '"plain"'],
  ['a\n"b"\\', '"a\\n\\"b\\"\\\\"'],
  ['\u2028\u2029\u0085\u202e\ufeff\u0007', '"\\u2028\\u2029\\u0085\\u202e\\ufeff\\u0007"'],
  ['😀'.repeat(61), `"${'😀'.repeat(60)}"... (61 characters)`],
  [undefined, 'nothing'],
  [null, 'null'],
  [[], 'an empty list'],
  [[1, 2], 'a list of 2'],
  [{}, 'an object'],
  [() => 1, 'a function'],
  [5n, '5n'],
  [NaN, 'NaN'],
])('a value is displayed on one line: case %#', (value, shown) => {
  expect(display(value)).toBe(shown);
});

it.each([
  '-----BEGIN OPENSSH PRIVATE KEY-----\nsecret',
  '-----BEGIN RSA PRIVATE KEY-----',
  'PuTTY-User-Key-File-3: ssh-ed25519',
])('a private key is never displayed: case %#', (key) => {
  expect(display(key)).toBe('a private key (not shown)');
});

it('the name of a file is displayed whole, on one line, and never if it is a private key', () => {
  const file = `/home/ann/${'deep/'.repeat(20)}known\nhosts`;
  expect(displayFile(file)).toBe(JSON.stringify(file));
  expect(displayFile('-----BEGIN OPENSSH PRIVATE KEY-----\nabc')).toBe('a private key (not shown)');
});
