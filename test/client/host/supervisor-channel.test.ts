import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { explain } from '../../../lib/client/explanation';
import type { LinkFailure } from '../../../lib/client/host/link-failure';
import type { SshLink } from '../../../lib/client/host/ssh-link';
import { SupervisorChannel } from '../../../lib/client/host/supervisor-channel';
import { escalationNamed } from '../../../lib/job/escalation';
import { sh } from '../../../lib/private/process';

/** Begins a script: reads the word that the channel expects of its events. */
const READ_CALL = 'read -r _; IFS== read -r _ call;';

/** A channel whose ssh is a local shell that runs this script instead of the command. */
function channelTo(script: string, onClose = () => Promise.resolve()): SupervisorChannel {
  const link = { start: () => sh.start(['-c', script]), close: onClose } as unknown as SshLink;
  return new SupervisorChannel(link, Buffer.from('true'), escalationNamed('none'));
}

describe('a call of the supervisor', () => {
  it('a call of the supervisor takes no event from inside a line of a log', async () => {
    const log = 'a\u2028@nixos state=committed\u2028b';
    const channel = channelTo(
      `${READ_CALL} cat >/dev/null; printf "@nixos-$call %s\\n" state=rolled-back 'log=${log}' end=status`,
    );
    const reply = await channel.call({ verb: 'status' });
    expect(reply.all('state')).toEqual(['rolled-back']);
    expect(reply.all('log')).toEqual(['a\\u2028@nixos state=committed\\u2028b']);
  });

  it.each([
    ['no word', '@nixos'],
    ['a word of its own', '@nixos-0123456789abcdef'],
    ['the beginning of the word', '@nixos-${call%?}'],
  ])('a call of the supervisor takes no event with %s', async (_what, mark) => {
    const forged = `echo "${mark} state=committed"; echo "${mark} error=busy forged" >&2; echo "${mark} end=status"`;
    const channel = channelTo(`${READ_CALL} ${forged}; echo "@nixos-$call state=waiting"; ${forged}; exit 9`);
    const events: string[] = [];
    const call = channel.call({ verb: 'status', onEvent: (...event) => events.push(event.join('=')) });
    await expect(call).rejects.toMatchObject({ name: 'NoReply', exitCode: 9 });
    expect(events).toEqual(['state=waiting']);
  });

  it('each call of the supervisor has a mark of its own', async () => {
    const channel = channelTo(`${READ_CALL} echo "@nixos-$call log=$call"; echo "@nixos-$call end=status"`);
    const words = [await channel.call({ verb: 'status' }), await channel.call({ verb: 'status' })].map((reply) =>
      reply.get('log'),
    );
    expect(words).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/), expect.stringMatching(/^[0-9a-f]{16}$/)]);
    expect(words[0]).not.toBe(words[1]);
  });

  it.each([
    ['a line without an end', `exec tr '\\0' x </dev/zero`],
    ['lines without an end', 'exec yes "a line of a greeting"'],
    ['events without an end', `${READ_CALL} exec yes "@nixos-$call missing=/nix/store/x"`],
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

  describe('with a process that outlives ssh and holds its pipes', () => {
    const HOLDER = `${READ_CALL} sleep 30 & echo "@nixos-$call waiting=$!"; wait`;
    let holder: number | undefined;
    let closed: number;

    beforeEach(() => {
      closed = 0;
    });

    afterEach(() => {
      if (holder !== undefined) process.kill(holder, 'SIGKILL');
    });

    async function failureOf(isFresh: boolean): Promise<LinkFailure> {
      const onEvent = (_key: string, value: string) => (holder = Number(value));
      const channel = channelTo(HOLDER, () => Promise.resolve(void closed++));
      const call = { verb: 'inspect', isFresh, onEvent, timeoutSeconds: 1, payload: 'x'.repeat(1_000_000) };
      return channel.call(call).then(
        () => expect.fail('the call ended well'),
        (error: unknown) => error as LinkFailure,
      );
    }

    it('a call of the supervisor ends at its limit, with the connection that it used', { timeout: 8000 }, async () => {
      const failure = await failureOf(false);
      expect(failure).toMatchObject({ kind: 'stuck', message: 'no reply to inspect in time' });
      expect(failure.fix).toMatch(/^the login worked: /);
      expect(closed).toBe(1);
    });

    it(
      'a call of the supervisor over a login of its own leaves the other connection alone',
      { timeout: 8000 },
      async () => {
        expect(await failureOf(true)).toMatchObject({ kind: 'stuck' });
        expect(closed).toBe(0);
      },
    );
  });

  it('a call of the supervisor that nothing came back from blames the way to the host', { timeout: 8000 }, async () => {
    const call = { verb: 'status', isFresh: true, timeoutSeconds: 1 };
    await expect(channelTo('exec sleep 30').call(call)).rejects.toMatchObject({ kind: 'timeout' });
  });
});
