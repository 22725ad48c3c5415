import type { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { SshLink } from '../../../lib/client/host/ssh-link';
import { SupervisorChannel } from '../../../lib/client/host/supervisor-channel';
import { escalationNamed } from '../../../lib/job/escalation';
import { sh } from '../../../lib/private/process';

const PROMPT = 'printf %s "$prompt" >&2';
/** The cues of the call, from the command in $1. */
const HEARD = 'prompt=${1#*-p }; prompt=${prompt%% *}; begun=${1#*echo }; begun=${begun%%;*}';
/** The command as root: it has its input for itself. */
const BEGUN = 'echo "$begun"; read -r text; read -r _; IFS== read -r _ call; cat >/dev/null';
/** Not at once: there is time for a password where none belongs. */
const payload = async (stdin: Writable) => {
  await pause(300);
  stdin.write('the payload');
};
const REPLY = 'echo "@nixos-$call log=$password then $text"; echo "@nixos-$call end=status"';

describe('the talk with sudo', () => {
  /** A call over a local shell that runs this script instead of sudo; how often the password was asked for. */
  async function call(script: string, password = () => Promise.resolve(Buffer.from('hunter2')), timeoutSeconds = 20) {
    let asked = 0;
    let command = '';
    const link = {
      start(given: string) {
        command = given;
        return sh.start(['-c', `${HEARD}; ${script}`, 'sh', given]);
      },
      close: () => Promise.resolve(),
    } as unknown as SshLink;
    const counted = () => {
      asked++;
      return password();
    };
    const escalation = escalationNamed('sudo-with-password');
    const channel = new SupervisorChannel(link, Buffer.from('the text\n'), escalation, counted);
    const result = await channel.call({ verb: 'status', payload, timeoutSeconds }).then(
      (reply) => ({ log: reply.all('log'), noise: reply.noise, failure: undefined }),
      (failure: unknown) => ({ log: [], noise: [], failure }),
    );
    return { ...result, asked, command };
  }

  it('the command asks by a prompt of ours, and says when it has begun', async () => {
    const { command } = await call(`${BEGUN}; ${REPLY}`);
    const [, mark = 'none'] = /cdktf-nixos-begun-([0-9a-f]{16});/.exec(command) ?? [];
    expect(command).toBe(
      `exec sudo -S -k -p cdktf-nixos-password-${mark}: sh -c 'echo cdktf-nixos-begun-${mark}; SUPERVISOR=$(head -c 9); eval "$SUPERVISOR"'`,
    );
    // Of another call nothing is known.
    expect((await call(`${BEGUN}; ${REPLY}`)).command).not.toContain(mark);
  });

  it('the password comes after the prompt, in two parts, too, and the rest after the beginning', async () => {
    const prompt = 'printf "a lecture\\n${prompt%word*}" >&2; sleep 0.1; printf %s "word${prompt#*word}" >&2';
    const { log, asked, noise } = await call(`${prompt}; read -r password; sleep 0.1; ${BEGUN}; ${REPLY}`);
    expect(log).toEqual(['hunter2 then the text']);
    expect(asked).toBe(1);
    expect(noise).toEqual([]);
  });

  it('without a prompt no password is written, nor asked for', async () => {
    expect(await call(`${BEGUN}; ${REPLY}`)).toMatchObject({ log: [' then the text'], asked: 0 });
  });

  it('the beginning is heard behind a greeting that does not end with a line break', async () => {
    const { log, asked } = await call(`printf "hello "; ${PROMPT}; read -r password; ${BEGUN}; ${REPLY}`, undefined, 5);
    expect([log, asked]).toEqual([['hunter2 then the text'], 1]);
  });

  it('a second prompt gets the end of the input instead of another try', async () => {
    const tries = `${PROMPT}; read -r password; echo sorry >&2; ${PROMPT}; read -r again || exit 7; echo "got $again" >&2`;
    const { failure, asked } = await call(tries);
    expect(failure).toMatchObject({ name: 'NoReply', exitCode: 7, output: ['sorry'], isPasswordRefused: true });
    expect(asked).toBe(1);
  });

  it('a command that ends before it has begun gets nothing', async () => {
    expect(await call('echo refused >&2; exit 3')).toMatchObject({
      failure: { name: 'NoReply', exitCode: 3, output: ['refused'], isPasswordRefused: false },
      asked: 0,
    });
  });

  describe('a prompt of somebody else', () => {
    const REST = `echo "@nixos-$call log=$(cat)"; echo "@nixos-$call end=status"`;
    const HEADER = 'echo "$begun"; read -r text; read -r _; IFS== read -r _ call; read -r _; read -r _';

    it('is not answered by the time the command runs', async () => {
      const { log, asked } = await call(`${HEADER}; ${PROMPT}; ${REST}`);
      expect([log, asked]).toEqual([['the payload'], 0]);
    });

    it('is not answered in the input of a command that has begun meanwhile', async () => {
      const late = () => pause(100, Buffer.from('hunter2'));
      const { log, asked } = await call(`${PROMPT}; sleep 0.05; ${HEADER}; ${REST}`, late);
      expect([log, asked]).toEqual([['the payload'], 1]);
    });
  });

  it('the limit of a call does not count while the password is read', async () => {
    const slow = () => pause(1500, Buffer.from('hunter2'));
    const { log, failure } = await call(`${PROMPT}; read -r password; ${BEGUN}; ${REPLY}`, slow, 1);
    expect(failure).toBeUndefined();
    expect(log).toEqual(['hunter2 then the text']);
  });

  it('the limit of a call counts again when the password was read', async () => {
    const slow = () => pause(300, Buffer.from('hunter2'));
    const { failure } = await call(`${PROMPT}; read -r password; exec sleep 30`, slow, 1);
    expect(failure).toMatchObject({ name: 'LinkFailure', kind: 'stuck' });
  });

  it('a password that cannot be read is the failure', async () => {
    const locked = new Error('the store is locked');
    const { failure } = await call(`${PROMPT}; read -r password || exit 1; ${BEGUN}`, () => Promise.reject(locked));
    expect(failure).toBe(locked);
  });
});
