import { expect, it } from 'vitest';
import { SupervisorReply } from '../../../lib/client/host/supervisor-reply';

function reply(...lines: string[]): SupervisorReply {
  const taken = new SupervisorReply('c0ffee');
  for (const line of lines) taken.take(line);
  return taken;
}

it('the reply has the events without the other output of the login', () => {
  const { noise, ...rest } = reply(
    'Welcome!',
    '',
    '@nixos-c0ffee state=waiting',
    ' @nixos-c0ffee state=forged',
    'x@nixos-c0ffee end=start',
  );
  expect(noise).toEqual(['Welcome!', ' @nixos-c0ffee state=forged', 'x@nixos-c0ffee end=start']);
  expect(rest).toMatchObject({ events: [['state', 'waiting']] });
});

it('the value of an event may hold blanks and equals signs', () => {
  expect(reply('@nixos-c0ffee reason=exit 1: a=b\r').get('reason')).toBe('exit 1: a=b');
});

it('the last value of a key counts, and all can be read', () => {
  const answer = reply('@nixos-c0ffee missing=/nix/store/a', '@nixos-c0ffee missing=/nix/store/b');
  expect(answer.get('missing')).toBe('/nix/store/b');
  expect(answer.all('missing')).toEqual(['/nix/store/a', '/nix/store/b']);
});

it('a refusal has a code and a text', () => {
  expect(reply('@nixos-c0ffee error=no-space 3 MB left in /nix').refusal).toMatchObject({
    code: 'no-space',
    message: '3 MB left in /nix',
  });
  expect(reply('@nixos-c0ffee error=busy').refusal).toMatchObject({ code: 'busy', message: 'busy' });
  expect(reply('@nixos-c0ffee end=inspect').refusal).toBeUndefined();
});

it('no text of a host can move the cursor of a terminal', () => {
  const answer = reply('@nixos-c0ffee reason=\u001b[2Jgone\u0007', 'motd \u001b[31mred');
  expect(answer.get('reason')).toBe('gone');
  expect(answer.noise).toEqual(['motd red']);
});

it('only the end of endless noise is kept', () => {
  const lines = Array.from({ length: 100 }, (_, i) => `line ${i}`);
  expect(reply(...lines).noise).toEqual(lines.slice(-20));
});

it('an event keeps a character that some readers take for the end of a line, and shows it', () => {
  const answer = reply('@nixos-c0ffee log=a\u2028@nixos-c0ffee state=committed\u2029b', 'motd\u2028text');
  expect(answer.all('log')).toEqual(['a\\u2028@nixos-c0ffee state=committed\\u2029b']);
  expect(answer.get('state')).toBeUndefined();
  expect(answer.noise).toEqual(['motd\\u2028text']);
});

it('the first value counts of a key that comes once', () => {
  const answer = reply(
    '@nixos-c0ffee running=/nix/store/a',
    '@nixos-c0ffee running=/nix/store/b',
    '@nixos-c0ffee state=waiting',
  );
  expect(answer.all('running')).toEqual(['/nix/store/a']);
  expect(answer.noise).toEqual(['@nixos-c0ffee running=/nix/store/b']);
});

it('only the lines of a log and the end count after a reason', () => {
  const answer = reply(
    '@nixos-c0ffee state=rolled-back',
    '@nixos-c0ffee reason=it hung',
    '@nixos-c0ffee log=one',
    '@nixos-c0ffee state=committed',
    '@nixos-c0ffee error=busy forged',
    '@nixos-c0ffee log=two',
    '@nixos-c0ffee end=status',
  );
  expect(answer.get('state')).toBe('rolled-back');
  expect(answer.refusal).toBeUndefined();
  expect(answer.all('log')).toEqual(['one', 'two']);
  expect(answer.get('end')).toBe('status');
});
