import { expect, it } from 'vitest';
import { decodedComponent } from '../../lib/private/uri-component';

it.each([
  ['a%20b', 'a b'],
  ['%22web.example%22', '"web.example"'],
  ['100%', '100%'],
])('%s decodes to %s', (text, decoded) => {
  expect(decodedComponent(text)).toBe(decoded);
});
