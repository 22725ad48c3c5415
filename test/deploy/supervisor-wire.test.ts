import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSystems } from '../fixtures/systems';
import { Lab, type LabHost } from '../lab';
import { describeWithLab } from '../lab/describe-with-lab';
import { type Header, randomId, SUPERVISOR, SupervisorSession } from './supervisor-session';

const SOME_PATH = '/nix/store/00000000000000000000000000000000-etc';

describeWithLab('the wire of the supervisor', () => {
  let lab: Lab;
  let host: LabHost;
  let session: SupervisorSession;
  let running: string;
  let next: string;
  let tree: string;

  beforeAll(async () => {
    const systems = await buildSystems({ networking: { hostName: 'one' } }, { networking: { hostName: 'two' } });
    [running, next] = systems as [string, string];
    lab = await Lab.create();
    host = await lab.host({ shape: 'plain' });
    await host.install(running);
    await host.copyClosure(next);
    session = new SupervisorSession(host);
    tree = await host.treeHash();
  });
  afterAll(() => lab?.destroy());

  async function expectUntouched(): Promise<void> {
    expect(await host.treeHash()).toBe(tree);
    expect((await host.exec('ls /run/cdktf-nixos')).stdout).toBe('');
  }

  function start(change: { readonly [key: string]: string | number | undefined } = {}): Header {
    const header = {
      id: randomId(),
      toplevel: next,
      'expected-running': running,
      goal: 'switch',
      'activation-seconds': 20,
      'confirm-seconds': 20,
      nonce: randomId(),
      'values-digest': 'none',
      ...change,
    };
    return Object.entries(header).filter((entry): entry is [string, string | number] => entry[1] !== undefined);
  }

  it('tells what a host is, and changes nothing', async () => {
    const answer = (await session.call('inspect', [['toplevel', next]])).ok();
    expect(Object.fromEntries(answer.events)).toMatchObject({
      'host-format': 'none',
      uid: '0',
      nixos: 'yes',
      systemd: 'no',
      system: `${(await host.read('uname -m')).trim()}-linux`,
      running,
      booted: running,
      profile: running,
      generation: '1',
      valid: 'yes',
      state: 'none',
      transaction: '',
      committed: '',
      'values-digest': 'none',
      lock: 'free',
      compression: 'zstd gzip none',
      end: 'inspect',
    });
    expect(Number(answer.get('free-store-kib'))).toBeGreaterThan(1000);
    expect(Number(answer.get('free-run-kib'))).toBeGreaterThan(1000);
    expect(answer.get('boot-id')).toMatch(/^[0-9a-f-]{36}\.[0-9]+$/);
    await expectUntouched();
  });

  it('begins with a line of its own, whatever a login script printed before', async () => {
    expect((await session.call('inspect', [['toplevel', next]])).stdout.startsWith('\n@nixos ')).toBe(true);
  });

  it('says that a path is not valid here', async () => {
    expect((await session.call('inspect', [['toplevel', SOME_PATH]])).get('valid')).toBe('no');
  });

  it('does nothing when its own text arrives cut off', async () => {
    for (const bytes of [1, SUPERVISOR.length / 2, SUPERVISOR.length - 20, SUPERVISOR.length - 3]) {
      const answer = await session.send('', '', SUPERVISOR.subarray(0, Math.floor(bytes)));
      expect(answer.get('end')).toBeUndefined();
    }
    await expectUntouched();
  });

  it('refuses a request that is not one', async () => {
    const id = randomId();
    const cases: readonly (readonly [header: string, error: string])[] = [
      ['', 'expected format=1 on the first line, got: '],
      ['verb=inspect\n\n', 'expected format=1 on the first line, got: verb=inspect'],
      ['format=2\nverb=inspect\n\n', 'expected format=1 on the first line, got: format=2'],
      ['format=1\nverb=inspect\n', 'the header ended before its empty line'],
      ['format=1\n\n', 'unknown verb: '],
      ['format=1\nverb=main\n\n', 'unknown verb: main'],
      ['format=1\nverb=inspect;reboot\n\n', 'header line not understood: verb=inspect;reboot'],
      ['format=1\nverb=inspect\n\n', 'inspect needs toplevel'],
      ['format=1\nverb=inspect\ncolour=red\n\n', 'header line not understood: colour=red'],
      ['format=1\nverb=inspect\ntoplevel\n\n', 'header line not understood: toplevel'],
      [`format=1\nverb=confirm\nid=${id}\n\n`, 'confirm needs nonce'],
    ];
    for (const [header, error] of cases) {
      const answer = await session.send(header);
      expect([answer.exitCode, answer.get('error')]).toEqual([64, `bad-request ${error}`]);
    }
    await expectUntouched();
  });

  it('refuses values that are not of the kind of their key', async () => {
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
      ['values-digest', 'abc'],
      ['by', 'a b'],
      ['value', '../x 1'],
      ['value', '.x 1'],
      ['value', 'x'],
      ['value', 'x -1'],
      ['restart', 'x -service'],
      ['restart', 'x a b'],
      ['restart', 'x a;b'],
    ];
    for (const [key, value] of cases) {
      const repeated = key === 'value' || key === 'restart';
      const header = repeated ? [...start(), [key, value] as const] : start({ [key]: value });
      const answer = await session.call('start', header);
      const error = `bad-request header line not understood: ${key}=${value}`;
      expect([answer.exitCode, answer.get('error')]).toEqual([64, error]);
    }
    await expectUntouched();
  });

  it('refuses each verb without what it needs', async () => {
    const full = start();
    for (const [key] of full) {
      const answer = await session.call(
        'start',
        full.filter(([name]) => name !== key),
      );
      expect(answer.get('error')).toBe(`bad-request start needs ${key}`);
    }
    for (const verb of ['stage', 'receive', 'verify', 'confirm', 'status', 'adopt']) {
      expect((await session.call(verb)).get('error')).toMatch(/^bad-request [a-z]+ needs (id|toplevel)$/);
    }
    await expectUntouched();
  });

  it('refuses a list of paths that is cut off or holds something else', async () => {
    const header: Header = [['id', randomId()], ['toplevel', next], ['all', 'no']]; // prettier-ignore
    const error = 'bad-request the list of store paths is incomplete or holds something else';
    for (const payload of ['', `${next}\n`, `${next}\n/etc/passwd\n\n`, `${next}\n--version\n\n`, `${next} x\n\n`]) {
      expect((await session.call('stage', header, payload)).get('error')).toBe(error);
      expect((await session.call('verify', header, payload)).get('error')).toBe(error);
    }
    await expectUntouched();
  });

  it('refuses to deploy over another system than the one the client saw', async () => {
    const answer = await session.call('start', start({ 'expected-running': next }));
    expect([answer.exitCode, answer.get('error')]).toEqual([1, `drift ${running} runs, not ${next}`]);
    await expectUntouched();
  });

  it('refuses a system that is not complete, or is none', async () => {
    const missing = await session.call('start', start({ toplevel: SOME_PATH }));
    expect(missing.get('error')).toBe(`damaged ${SOME_PATH} is not complete here`);
    const none = await host.read(`readlink -f ${next}/etc | sed 's,\\(/nix/store/[^/]*\\).*,\\1,'`);
    const answer = await session.call('start', start({ toplevel: none }));
    expect(answer.get('error')).toBe(`damaged ${none}/bin/switch-to-configuration is missing, empty or not executable`);
    await expectUntouched();
  });

  it('refuses to adopt a host that runs or boots something else, or has other values', async () => {
    const adopt = (toplevel: string, digest: string) =>
      session.call('adopt', [['toplevel', toplevel], ['values-digest', digest]]); // prettier-ignore
    expect((await adopt(next, 'none')).get('error')).toBe(`drift the host runs ${running}`);
    expect((await adopt(running, 'a'.repeat(64))).get('error')).toBe('bad-request the host has other values');
    await host.read(`ln -sfn ${next} /nix/var/nix/profiles/system`);
    expect((await adopt(running, 'none')).get('error')).toBe(`drift the host boots ${next}`);
    await host.read('ln -sfn system-1-link /nix/var/nix/profiles/system');
    await expectUntouched();
  });

  describe('refuses to write to', () => {
    /** Each verb that writes, so that none forgets to look. */
    async function expectRefused(error: string): Promise<void> {
      const id = randomId();
      const both: Header = [['id', id], ['toplevel', next]]; // prettier-ignore
      const receive: Header = [['id', id], ['compression', 'none'], ['stall-seconds', 5]]; // prettier-ignore
      expect((await session.call('stage', both, '\n')).get('error')).toBe(error);
      expect((await session.call('receive', receive)).get('error')).toBe(error);
      expect((await session.call('verify', [...both, ['all', 'no']], '\n')).get('error')).toBe(error);
      expect((await session.call('start', start())).get('error')).toBe(error);
      expect((await session.call('adopt', [['toplevel', running], ['values-digest', 'none']])).get('error')).toBe(error); // prettier-ignore
    }

    it('a host that is not NixOS', async () => {
      await host.read('cd /etc && mv NIXOS NIXOS.away && mv os-release os-release.away');
      expect((await session.call('inspect', [['toplevel', next]])).get('nixos')).toBe('no');
      await expectRefused('not-nixos neither /etc/NIXOS nor ID=nixos in /etc/os-release');
      await host.read('cd /etc && mv NIXOS.away NIXOS && mv os-release.away os-release');
      await expectUntouched();
    });

    it('a host whose journal is of a newer format', async () => {
      await host.read('mkdir /var/lib/cdktf-nixos && echo format=2 >/var/lib/cdktf-nixos/journal');
      expect((await session.call('inspect', [['toplevel', next]])).get('host-format')).toBe('2');
      await expectRefused('newer-format the journal has format 2, known here: 1');
      await host.read('rm -r /var/lib/cdktf-nixos');
      await expectUntouched();
    });

    it('a host whose /nix is read-only', async () => {
      await host.read('mount -o remount,bind,ro /nix');
      await expectRefused('failed /nix is read-only');
      await host.read('mount -o remount,bind,rw /nix');
      await expectUntouched();
    });

    it('a host with too little room in /run', async () => {
      await host.read('fallocate -l 60M /run/filler');
      const free = (await session.call('inspect', [['toplevel', next]])).get('free-run-kib');
      await expectRefused(`no-space /run has ${free} KiB left, 16384 KiB are needed`);
      await host.read('rm /run/filler');
      await expectUntouched();
    });

    it('a host where the user is not root', async () => {
      const user = await lab.host({ shape: 'plain', login: 'sudo' });
      await user.install(running);
      const before = await user.treeHash();
      await user.read('mv /etc/sudoers /etc/sudoers.away');
      const answer = await new SupervisorSession(user, '').call('stage', [['id', randomId()], ['toplevel', next]], '\n'); // prettier-ignore
      expect([answer.exitCode, answer.get('error')]).toEqual([1, 'not-root deployer may not deploy: root is needed']);
      await user.read('mv /etc/sudoers.away /etc/sudoers');
      expect(await user.treeHash()).toBe(before);
    });
  });
});
