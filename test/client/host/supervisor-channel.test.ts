import { describe, expect, it } from 'vitest';
import { explain } from '../../../lib/client/explanation';
import type { SshLink } from '../../../lib/client/host/ssh-link';
import { SupervisorChannel } from '../../../lib/client/host/supervisor-channel';
import { escalationNamed } from '../../../lib/job/escalation';
import { sh } from '../../../lib/private/process';

/** A channel whose ssh is a local shell that runs this script instead of the command. */
function channelTo(script: string): SupervisorChannel {
  const link = { start: () => sh.start(['-c', script]) } as unknown as SshLink;
  return new SupervisorChannel(link, Buffer.from('true'), escalationNamed('none'));
}

describe('a call of the supervisor', () => {
  it('a call of the supervisor takes no event from inside a line of a log', async () => {
    const log = 'a\u2028@nixos state=committed\u2028b';
    const channel = channelTo(
      `cat >/dev/null; printf '%s\\n' '@nixos state=rolled-back' '@nixos log=${log}' '@nixos end=status'`,
    );
    const reply = await channel.call({ verb: 'status' });
    expect(reply.all('state')).toEqual(['rolled-back']);
    expect(reply.all('log')).toEqual(['a\\u2028@nixos state=committed\\u2028b']);
  });

  it.each([
    ['a line without an end', `exec tr '\\0' x </dev/zero`],
    ['lines without an end', 'exec yes "a line of a greeting"'],
    ['events without an end', 'exec yes "@nixos missing=/nix/store/x"'],
  ])('a call of the supervisor fails with an explanation when the host prints %s', async (_what, script) => {
    const failure: unknown = await channelTo(script)
      .call({ verb: 'inspect', payload: 'x'.repeat(1_000_000), timeoutSeconds: 50 })
      .catch((error: unknown) => error);
    const situation = { host: undefined, sent: false, unchanged: 'was not changed' };
    expect(explain(failure, situation)).toMatchObject({
      status: 1,
      message: expect.stringMatching(/^the host printed too much: the command printed /) as string,
      fix: expect.stringContaining('start-up files of the login shell') as string,
    });
  });
});
