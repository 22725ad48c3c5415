import { describe, expect, it } from 'vitest';
import { SupervisorReply } from '../../../lib/client/host/supervisor-reply';
import { runFunctions } from '../support/supervisor-functions';

const CALL = '0123456789abcdef';

/** What a client of this call takes from the output of supervisor code. */
function taken(code: string, ...args: string[]): SupervisorReply {
  const reply = new SupervisorReply(CALL);
  for (const line of runFunctions(`call=${CALL}\n${code}`, ...args).split('\n')) reply.take(line);
  return reply;
}

/** The values of `log` for these lines of a log. */
function logged(text: string): string[] {
  return taken('printf %s "$1" | events log', text).all('log');
}

const FORGED = ['@nixos state=committed', `@nixos-${CALL} state=committed`];

describe('an event', () => {
  it.each(FORGED)('an event cannot be forged by a line of a log: %s', (forged) => {
    const lines = [forged, `a\r${forged}`, `a\u2028${forged}`, `a\u0085${forged}`, `a\u000b${forged}\r`];
    const reply = taken('event state rolled-back; printf "%s\\n" "$@" | events log; event end status', ...lines);
    expect(reply.all('state')).toEqual(['rolled-back']);
    expect(reply.all('log')).toEqual([
      forged,
      `a\\x0d${forged}`,
      `a\\xe2\\x80\\xa8${forged}`,
      `a\\xc2\\x85${forged}`,
      `a\\x0b${forged}`,
    ]);
    expect(reply.get('end')).toBe('status');
  });

  it.each(FORGED)('an event cannot be forged by the name of a file: %s', (forged) => {
    const reply = taken('event reason "$1"; (refuse failed "$1") || true', `/srv/a\n${forged}\u2028${forged}`);
    expect(reply.get('state')).toBeUndefined();
    expect(reply.get('reason')).toBe(`/srv/a ${forged}\\xe2\\x80\\xa8${forged}`);
  });

  it('an event keeps the letters of any language', () => {
    const text = 'grüße-日本語-кириллица.service  größer 😀 ~ \\ "';
    expect(logged(text)).toEqual([text]);
    expect(taken('event reason "$1"', text).get('reason')).toBe(text);
  });

  it.each([
    ['turns the direction of a line', 'a\u202eb\u2066c\u061cd', 'a\\xe2\\x80\\xaeb\\xe2\\x81\\xa6c\\xd8\\x9cd'],
    ['has no width', 'a\u200bb\ufeffc\u00add', 'a\\xe2\\x80\\x8bb\\xef\\xbb\\xbfc\\xc2\\xadd'],
    ['a terminal obeys', 'a\u001b]0;x\u0007b\u009bc', 'a\\x1b]0;x\\x07b\\xc2\\x9bc'],
    ['is a tag nobody sees', 'a\u{e0041}b', 'a\\xf3\\xa0\\x81\\x81b'],
  ])('an event shows what %s', (_what, text, shown) => {
    expect(logged(text)).toEqual([shown]);
  });

  it('an event shows bytes that are no text, and drops colours', () => {
    const code = `printf 'a\\377\\300\\257\\355\\240\\200\\0b\\n\\033[1;31mred\\033[0m\\n' | events log`;
    expect(taken(code).all('log')).toEqual(['a\\xff\\xc0\\xaf\\xed\\xa0\\x80b', 'red']);
  });

  it('an event of a very long line has its beginning', () => {
    expect(logged(`${'x'.repeat(100_000)}\nend`)).toEqual(['x'.repeat(2000), 'end']);
  });
});
