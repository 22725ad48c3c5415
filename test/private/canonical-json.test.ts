import { expect, it } from 'vitest';
import { canonicalJson } from '../../lib/private/canonical-json';

it('canonical JSON is the same for the same data, whatever the order of its keys', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'ü' }], a: true })).toBe('{"a":true,"b":[1,{"c":"ü","d":null}]}');
  expect(canonicalJson({ 10: 1, 9: 2 })).toBe('{"10":1,"9":2}');
});

it('canonical JSON keeps names that JavaScript objects have by themselves', () => {
  const parsed = JSON.parse('{"toString":1,"__proto__":{"b":[],"a":""}}') as unknown;
  expect(canonicalJson(parsed)).toBe('{"__proto__":{"a":"","b":[]},"toString":1}');
});

it('canonical JSON leaves undefined members out, as any JSON does', () => {
  expect(canonicalJson({ a: undefined, b: [undefined] })).toBe('{"b":[null]}');
});
