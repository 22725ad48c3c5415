import { describe, expect, it } from 'vitest';
import { describeWithLab } from '../../support/describe-with-lab';
import { CALL, type Header, randomId, SUPERVISOR } from '../support/supervisor-session';
import { runFunctions } from '../support/supervisor-functions';
import { useUntouchedHost } from '../../client/support/untouched-host';

const FILE = `value x root root 0644 1 ${'a'.repeat(64)}`;
const SOME_PATH = '/nix/store/00000000000000000000000000000000-etc';

describe('a header', () => {
  /** How the supervisor takes these lines: its verdict, and the reason if it refuses them. */
  const taken = (...lines: string[]) => {
    const code = 'printf "%s\\n" "$@" "" | { yes_if read_header; printf "%s" "$failure"; }';
    return runFunctions(`${code} | tr "\\n" " "`, ...lines).trim();
  };
  const ID = '0'.repeat(32);

  it.each([
    ['activation-seconds=20', 'activation-seconds=20'],
    ['activation-seconds=20', 'activation-seconds=30'],
    ['confirm-seconds=20', 'confirm-seconds=30'],
    ['stall-seconds=20', 'stall-seconds=30'],
    ['verb=inspect', 'verb=start'],
    [`id=${ID}`, `id=${ID.replaceAll('0', '1')}`],
    [`nonce=${ID}`, `nonce=${ID}`],
    [`toplevel=${SOME_PATH}`, `toplevel=${SOME_PATH}-1`],
    [`expected-running=${SOME_PATH}`, `expected-running=${SOME_PATH}-1`],
    ['goal=switch', 'goal=boot'],
    ['all=no', 'all=yes'],
    ['compression=none', 'compression=zstd'],
    ['files-digest=none', `files-digest=${'a'.repeat(64)}`],
    ['by=me', 'by=you'],
  ])('a header with %s and then %s is refused', (first, second) => {
    expect(taken(first, `file=${FILE}`, second)).toBe(`no header line repeated: ${second}`);
  });

  it.each(['root', 'Debian-exim', 'first.last', '990'])('a file may belong to %s', (owner) => {
    expect(taken(`file=${FILE.replace('root', owner)}`)).toBe('yes');
  });

  it.each(['-R', '.a', 'a$b', 'a:b', '9a', ''])('a file cannot belong to %j', (owner) => {
    expect(taken(`file=${FILE.replace('root', owner)}`)).toContain('no header line');
  });

  it('a header may have several files and restarts, and keys that end alike', () => {
    const several = [`file=${FILE}`, `file=${FILE}`, 'restart=value x a.service', 'restart=value x b.service'];
    expect(taken('activation-seconds=20', 'confirm-seconds=20', ...several)).toBe('yes');
  });
});

describeWithLab('the wire of the supervisor', () => {
  const untouched = useUntouchedHost();

  it('the reply begins with a line of its own, whatever a login script printed before', async () => {
    expect((await untouched.session.call('inspect')).stdout.startsWith(`\n@nixos-${CALL} `)).toBe(true);
  });

  it('the supervisor does nothing when its own text arrives cut off', async () => {
    for (const bytes of [1, SUPERVISOR.length / 2, SUPERVISOR.length - 20, SUPERVISOR.length - 3]) {
      const reply = await untouched.session.send('', '', SUPERVISOR.subarray(0, Math.floor(bytes)));
      expect(reply.get('end')).toBeUndefined();
    }
    await untouched.expectUntouched();
  });

  it('a malformed request is refused', async () => {
    const id = randomId();
    const cases: readonly (readonly [header: string, error: string])[] = [
      [`verb=inspect\n`, 'the header ended before its empty line'],
      ['\n', 'unknown verb: '],
      ['verb=main\n\n', 'unknown verb: main'],
      ['verb=inspect;reboot\n\n', 'header line not understood: verb=inspect;reboot'],
      ['verb=stage\n\n', 'stage needs id'],
      ['verb=inspect\ncolour=red\n\n', 'header line not understood: colour=red'],
      ['verb=inspect\nverb=inspect\n\n', 'header line repeated: verb=inspect'],
      [`verb=inspect\ncall=${CALL}\n\n`, `header line not understood: call=${CALL}`],
      ['verb=inspect\ntoplevel\n\n', 'header line not understood: toplevel'],
      [`verb=confirm\nid=${id}\n\n`, 'confirm needs nonce'],
    ];
    for (const [header, error] of cases) {
      const reply = await untouched.session.send(`format=1\ncall=${CALL}\n${header}`);
      expect([reply.exitCode, reply.get('error')]).toEqual([64, `bad-request ${error}`]);
    }
    await untouched.expectUntouched();
  });

  it('a request that does not say which call it is gets no event, but the reason', async () => {
    const noCall = 'expected call= and 16 hexadecimal digits on the second line';
    const cases: readonly (readonly [header: string, error: string])[] = [
      ['', 'expected format=1 on the first line, got: '],
      ['verb=inspect\n\n', 'expected format=1 on the first line, got: verb=inspect'],
      [`format=2\ncall=${CALL}\nverb=inspect\n\n`, 'expected format=1 on the first line, got: format=2'],
      ['@nixos\u2028 error=busy\n', 'expected format=1 on the first line, got: @nixos error=busy'],
      ['format=1\n', noCall],
      ['format=1\nverb=inspect\n\n', noCall],
      [`format=1\ncall=${CALL.slice(1)}\nverb=inspect\n\n`, noCall],
    ];
    for (const [header, error] of cases) {
      const reply = await untouched.session.send(header);
      expect([reply.exitCode, reply.stdout, reply.events]).toEqual([64, `\ncdktf-nixos: bad-request: ${error}\n`, []]);
    }
    await untouched.expectUntouched();
  });

  it('a header line whose value is not of the kind of its key is refused', async () => {
    const cases: readonly (readonly [key: string, value: string | number])[] = [
      ['toplevel', '/nix/store/../../etc/passwd'],
      ['toplevel', `${SOME_PATH}/bin`],
      ['toplevel', `${SOME_PATH}/`],
      ['toplevel', '/nix/store/0000000000000000000000000000000e-etc'],
      ['toplevel', '/nix/store/00000000000000000000000000000000-.x'],
      ['toplevel', `/nix/store/00000000000000000000000000000000-${'a'.repeat(212)}`],
      ['toplevel', `${SOME_PATH};touch /tmp/x`],
      ['toplevel', `${SOME_PATH}$(touch /tmp/x)`],
      ['expected-running', '/etc'],
      ['id', '../../etc'],
      ['id', randomId().slice(1)],
      ['id', randomId().toUpperCase().replace(/^./, 'A')],
      ['nonce', ''],
      ['goal', 'dry-activate'],
      ['activation-seconds', 0],
      ['activation-seconds', '10s'],
      ['activation-seconds', '-1'],
      ['activation-seconds', 10_000_000],
      ['confirm-seconds', '1.5'],
      ['settle-seconds', -1],
      ['settle-seconds', 1000],
      ['files-digest', 'abc'],
      ['by', 'a b'],
      ['file', FILE.replace('x', '../x')],
      ['file', FILE.replace('x', '.x')],
      ['file', FILE.replace(' 1 ', ' -1 ')],
      ['file', FILE.replace('value', 'door')],
      ['file', FILE.replace('root', 'ro:ot')],
      ['file', FILE.replace('root', '-R')],
      ['file', FILE.replace('0644', '4755')],
      ['file', FILE.slice(0, -1)],
      ['file', `${FILE} more`],
      ['file', 'x 1'],
      ['restart', 'x a.service'],
      ['restart', 'door x a.service'],
      ['restart', 'value x -service'],
      ['restart', 'value x a b'],
      ['restart', 'value x a;b'],
    ];
    for (const [key, value] of cases) {
      const repeated = key === 'file' || key === 'restart';
      const header = repeated ? [...untouched.start(), [key, value] as const] : untouched.start({ [key]: value });
      const reply = await untouched.session.call('start', header);
      const error = `bad-request header line not understood: ${key}=${value}`;
      expect([reply.exitCode, reply.get('error')]).toEqual([64, error]);
    }
    await untouched.expectUntouched();
  });

  it('a verb without one of the keys that it needs is refused', async () => {
    const full = untouched.start();
    for (const [key] of full) {
      const reply = await untouched.session.call(
        'start',
        full.filter(([name]) => name !== key),
      );
      expect(reply.get('error')).toBe(`bad-request start needs ${key}`);
    }
    for (const verb of ['stage', 'receive', 'verify', 'confirm', 'status', 'adopt']) {
      expect((await untouched.session.call(verb)).get('error')).toMatch(/^bad-request [a-z]+ needs (id|toplevel)$/);
    }
    await untouched.expectUntouched();
  });

  it('a list of store paths that is cut off or holds something else is refused', async () => {
    const header: Header = [
      ['id', randomId()],
      ['toplevel', untouched.next],
      ['all', 'no'],
    ];
    const error = 'bad-request the list of store paths is incomplete or holds something else';
    for (const payload of [
      '',
      `${untouched.next}\n`,
      `${untouched.next}\n/etc/passwd\n\n`,
      `${untouched.next}\n--version\n\n`,
      `${untouched.next} x\n\n`,
    ]) {
      expect((await untouched.session.call('stage', header, payload)).get('error')).toBe(error);
      expect((await untouched.session.call('verify', header, payload)).get('error')).toBe(error);
    }
    await untouched.expectUntouched();
  });
});
