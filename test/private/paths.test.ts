import { expect, it } from 'vitest';
import { inside } from '../../lib/private/paths';

it.each([
  ['/a', '/a/b/c', 'b/c'],
  ['/a', '/a', '.'],
  ['/a', '/a/..x', '..x'],
  ['/a', '/a/..x/b', '..x/b'],
  ['/a', '/a/...', '...'],
  ['/', '/a', 'a'],
])('the folder %s has the file %s as %s', (folder, file, relative) => {
  expect(inside(folder, file)).toBe(relative);
});

it.each([
  ['/a', '/'],
  ['/a', '/b'],
  ['/a', '/ab'],
  ['/a/b', '/a/..b'],
])('the folder %s does not hold %s', (folder, file) => {
  expect(inside(folder, file)).toBeUndefined();
});
