import { expect, it } from 'vitest';
import { constructPathProblem } from '../../lib/validation/construct-path';

it('a construct path may have any printable character', () => {
  expect(constructPathProblem('fleet/web machine/Ärger')).toBeUndefined();
});

it.each(['', 'fleet\nweb', undefined, 7])('the construct path %j is refused', (path) => {
  expect(constructPathProblem(path)?.expected).toBe('a construct path');
});
