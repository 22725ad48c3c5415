import { expect, it } from 'vitest';
import { supervisorText } from '../../../scripts/build/supervisor.mjs';
import { REFUSALS } from '../../../lib/client/report/refusals';

it('each error code of the supervisor has a fix, and each fix a code', () => {
  const used = [...supervisorText().matchAll(/\b(?:refuse|decline) ([a-z]+(?:-[a-z]+)*) ['"$]/g)].map(
    (match) => match[1]!,
  );
  expect(new Set(used)).toEqual(new Set(Object.keys(REFUSALS)));
});
