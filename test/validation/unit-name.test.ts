import { expect, it } from 'vitest';
import { unitNameProblem } from '../../lib/validation/unit-name';

const EXPECTED = 'the full name of a systemd unit, for example "nginx.service"';
const ONE = 'give one name, with its type at the end';

it.each([
  ['nginx', 'write "nginx.service"'],
  ['a.service b.service', ONE],
  ['--all.service', ONE],
  ['-x.service', ONE],
  ['a/b.service', ONE],
  ['a.service\n', ONE],
  ['$(id).service', ONE],
  ['.service', ONE],
  [`${'x'.repeat(248)}.service`, ONE],
  ['', ONE],
  [null, ONE],
])('the unit %j is refused', (unit, fix) => {
  expect(unitNameProblem(unit)).toMatchObject({ expected: EXPECTED, fix });
});

it.each(['nginx.service', 'getty@tty1.service', 'var-lib-my\\x2dapp.mount', 'a:b.timer'])(
  'the unit %s is accepted',
  (unit) => {
    expect(unitNameProblem(unit)).toBeUndefined();
  },
);
