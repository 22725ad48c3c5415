import { expect, it } from 'vitest';
import { supervisorText } from '../../../scripts/build/supervisor.mjs';
import { explain } from '../../../lib/client/explanation';
import { SupervisorReply } from '../../../lib/client/host/supervisor-reply';
import { REFUSALS } from '../../../lib/client/report/refusals';

it('each error code of the supervisor has a fix, and each fix a code', () => {
  const used = [...supervisorText().matchAll(/\b(?:refuse|decline) ([a-z]+(?:-[a-z]+)*) ['"$]/g)].map(
    (match) => match[1]!,
  );
  expect(new Set(used)).toEqual(new Set(Object.keys(REFUSALS)));
});

it.each(['constructor', '__proto__', 'toString', 'unheard-of'])(
  'an error code that the client does not know is explained as a failure: %s',
  (code) => {
    const reply = new SupervisorReply('c0ffee');
    reply.take(`@nixos-c0ffee error=${code} the disk is on fire`);
    expect(explain(reply.refusal, { host: undefined, sent: true, unchanged: 'was not changed' })).toMatchObject({
      status: 1,
      message: 'the disk is on fire',
      host: 'was not changed',
      fix: REFUSALS.failed.fix,
    });
  },
);
