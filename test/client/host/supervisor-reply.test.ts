import { expect, it } from 'vitest';
import { SupervisorReply } from '../../../lib/client/host/supervisor-reply';

function reply(...lines: string[]): SupervisorReply {
  const taken = new SupervisorReply();
  for (const line of lines) taken.take(line);
  return taken;
}

it('the reply has the events without the other output of the login', () => {
  const { noise, ...rest } = reply('Welcome!', '', '@nixos state=waiting', ' @nixos state=forged', 'x@nixos end=start');
  expect(noise).toEqual(['Welcome!', ' @nixos state=forged', 'x@nixos end=start']);
  expect(rest).toMatchObject({ events: [['state', 'waiting']] });
});

it('the value of an event may hold blanks and equals signs', () => {
  expect(reply('@nixos reason=exit 1: a=b\r').get('reason')).toBe('exit 1: a=b');
});

it('the last value of a key counts, and all can be read', () => {
  const answer = reply('@nixos missing=/nix/store/a', '@nixos missing=/nix/store/b');
  expect(answer.get('missing')).toBe('/nix/store/b');
  expect(answer.all('missing')).toEqual(['/nix/store/a', '/nix/store/b']);
});

it('a refusal has a code and a text', () => {
  expect(reply('@nixos error=no-space 3 MB left in /nix').refusal).toMatchObject({
    code: 'no-space',
    message: '3 MB left in /nix',
  });
  expect(reply('@nixos error=busy').refusal).toMatchObject({ code: 'busy', message: 'busy' });
  expect(reply('@nixos end=inspect').refusal).toBeUndefined();
});

it('no text of a host can move the cursor of a terminal', () => {
  const answer = reply('@nixos reason=\u001b[2Jgone\u0007', 'motd \u001b[31mred');
  expect(answer.get('reason')).toBe('gone');
  expect(answer.noise).toEqual(['motd red']);
});

it('only the end of endless noise is kept', () => {
  const lines = Array.from({ length: 100 }, (_, i) => `line ${i}`);
  expect(reply(...lines).noise).toEqual(lines.slice(-20));
});

it('an event keeps a character that some readers take for the end of a line, and shows it', () => {
  const answer = reply('@nixos log=a\u2028@nixos state=committed\u2029b', 'motd\u2028text');
  expect(answer.all('log')).toEqual(['a\\u2028@nixos state=committed\\u2029b']);
  expect(answer.get('state')).toBeUndefined();
  expect(answer.noise).toEqual(['motd\\u2028text']);
});

it('the first value counts of a key that comes once', () => {
  const answer = reply('@nixos running=/nix/store/a', '@nixos running=/nix/store/b', '@nixos state=waiting');
  expect(answer.all('running')).toEqual(['/nix/store/a']);
  expect(answer.noise).toEqual(['@nixos running=/nix/store/b']);
});

it('only the lines of a log and the end count after a reason', () => {
  const answer = reply(
    '@nixos state=rolled-back',
    '@nixos reason=it hung',
    '@nixos log=one',
    '@nixos state=committed',
    '@nixos error=busy forged',
    '@nixos log=two',
    '@nixos end=status',
  );
  expect(answer.get('state')).toBe('rolled-back');
  expect(answer.refusal).toBeUndefined();
  expect(answer.all('log')).toEqual(['one', 'two']);
  expect(answer.get('end')).toBe('status');
});
