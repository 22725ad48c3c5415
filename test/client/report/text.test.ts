import { expect, it } from 'vitest';
import { displayBytes, lastLines } from '../../../lib/client/report/text';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [12_345_678, '12.3 MB'],
  [123_456_789_012, '123 GB'],
])('%d bytes are displayed as %s', (bytes, text) => {
  expect(displayBytes(bytes)).toBe(text);
});

it('the last lines of a text leave empty lines out', () => {
  expect(lastLines('one\n\n  two  \n \nthree\n', 2)).toEqual(['  two', 'three']);
});
