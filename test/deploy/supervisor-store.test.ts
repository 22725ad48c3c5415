import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildSystems } from '../fixtures/systems';
import { Lab, type LabHost } from '../lab';
import { describeWithLab } from '../lab/describe-with-lab';
import { until } from '../lab/wait';
import { randomId, SUPERVISOR, SupervisorSession } from './supervisor-session';
import type { SupervisorAnswer } from './supervisor-answer';

describeWithLab("the supervisor and the host's store", () => {
  let lab: Lab;
  let host: LabHost;
  let session: SupervisorSession;
  let running: string;
  let next: string;
  let closure: string[];
  let id: string;

  beforeAll(async () => {
    const systems = await buildSystems(
      { networking: { hostName: 'one' } },
      { networking: { hostName: 'two' }, closure: { paths: 4, mebibytes: 4, salt: 'supervisor' } },
      { networking: { hostName: 'three' } },
    );
    [running, next] = systems as [string, string, string];
    closure = execFileSync('nix-store', ['--query', '--requisites', next], { encoding: 'utf8' }).trim().split('\n');
    lab = await Lab.create();
    host = await lab.host({ shape: 'plain', disk: 'ext4' });
    await host.install(running);
    session = new SupervisorSession(host);
  });
  afterAll(() => lab?.destroy());
  beforeEach(() => {
    id = randomId();
  });

  function list(paths: readonly string[]): string {
    return `${paths.map((path) => `${path}\n`).join('')}\n`;
  }

  function stage(): Promise<SupervisorAnswer> {
    return session.call('stage', [['id', id], ['toplevel', next]], list(closure)); // prettier-ignore
  }

  function receive(
    stream: Buffer,
    options: { readonly compression?: string; readonly stall?: number; readonly open?: boolean } = {},
  ): Promise<SupervisorAnswer> {
    // prettier-ignore
    const { compression = 'none', stall = 20, open = false } = options;
    const header = [['id', id], ['compression', compression], ['stall-seconds', stall]] as const; // prettier-ignore
    return open ? session.hold('receive', header, stream) : session.call('receive', header, stream);
  }

  function verify(paths: readonly string[], all = 'no', toplevel = next): Promise<SupervisorAnswer> {
    return session.call('verify', [['id', id], ['toplevel', toplevel], ['all', all], ['goal', 'switch']], list(paths)); // prettier-ignore
  }

  function exported(paths: readonly string[], program?: string): Buffer {
    const stream = execFileSync('nix-store', ['--export', ...paths], { maxBuffer: 2 ** 27 });
    return program === undefined ? stream : execFileSync(program, ['-q', '-c'], { input: stream, maxBuffer: 2 ** 27 });
  }

  async function forget(): Promise<void> {
    await host.exec(`rm -rf /nix/var/nix/gcroots/cdktf-nixos; nix-store --gc`);
  }

  it('says which paths are missing, and roots both systems before the first arrives', async () => {
    await forget();
    const missing = (await stage()).ok().all('missing');
    expect(missing).toContain(next);
    expect(missing.length).toBeGreaterThan(4);
    expect(missing.every((path) => closure.includes(path))).toBe(true);
    const roots = await host.read('cd /nix/var/nix/gcroots/cdktf-nixos && for f in *; do readlink $f; done');
    expect(roots.split('\n').sort()).toEqual([next, running].sort());
    const hash = createHash('sha256').update(SUPERVISOR).digest('hex');
    expect(await host.read('cd /var/lib/cdktf-nixos/supervisor && sha256sum *')).toBe(`${hash}  ${hash}.sh`);
  });

  it.each([
    ['zstd', 'zstd'],
    ['gzip', 'gzip'],
    ['none', undefined],
  ])('imports a stream with compression %s, safe from garbage collection', async (compression, program) => {
    // prettier-ignore
    await forget();
    const missing = (await stage()).all('missing');
    const answer = (await receive(exported(missing, program), { compression })).ok();
    expect(answer.get('received')).toBe(String(missing.length));
    await host.collectGarbage();
    expect((await stage()).ok().all('missing')).toEqual([]);
    (await verify(missing)).ok();
  });

  it('refuses a stream that is cut off, and keeps what had arrived', async () => {
    await forget();
    const missing = (await stage()).all('missing');
    const stream = exported(missing);
    const answer = await receive(stream.subarray(0, Math.floor(stream.length / 2)));
    expect(answer.exitCode).toBe(1);
    expect(answer.get('error')).toMatch(/^failed the import ended: /);
    const still = (await stage()).all('missing');
    expect(still.length).toBeLessThan(missing.length);
    expect(still).toContain(next);
    expect((await session.call('inspect', [['toplevel', next]])).get('valid')).toBe('no');
    expect((await verify(still)).get('error')).toMatch(/^damaged /);
    (await receive(exported(still))).ok();
    (await verify(still)).ok();
  });

  it('refuses a stream that is none', async () => {
    expect((await receive(Buffer.from('hello'))).get('error')).toMatch(/^failed the import ended: /);
    expect((await receive(Buffer.from('hello'), { compression: 'zstd' })).get('error')).toMatch(/^failed the import/);
  });

  it('ends an import that makes no progress, and frees the locks', async () => {
    await forget();
    const missing = (await stage()).all('missing');
    const stream = exported(missing);
    const began = Date.now();
    const answer = await receive(stream.subarray(0, Math.floor(stream.length / 2)), { stall: 2, open: true });
    expect(answer.get('error')).toBe('failed the import ended: it made no progress for 2 s, or was killed');
    expect(Date.now() - began).toBeLessThan(15_000);
    expect(await host.processes('nix-store --import')).toEqual([]);
    (await receive(exported((await stage()).all('missing')))).ok();
  });

  it('lets one import in at a time, and ends one that stalls for whoever waits', async () => {
    await forget();
    const missing = (await stage()).all('missing');
    const stream = exported(missing);
    const first = receive(stream.subarray(0, 1000), { stall: 3, open: true });
    await until('the first import runs', 10, async () => (await host.processes('nix-store --import')).length > 0);
    id = randomId();
    const second = (await receive(stream)).ok();
    expect(second.get('waiting')).toBe('copy');
    expect(second.get('received')).toBe(String(missing.length));
    expect((await first).get('error')).toMatch(/^failed the import ended/);
  });

  it('ends what a dead connection left when the same client comes again', async () => {
    await forget();
    const missing = (await stage()).all('missing');
    const stream = exported(missing);
    const first = receive(stream.subarray(0, 1000), { stall: 100, open: true });
    await until('the first import runs', 10, async () => (await host.processes('nix-store --import')).length > 0);
    const again = (await receive(stream)).ok();
    expect(again.get('received')).toBe(String(missing.length));
    expect((await first).get('error')).toMatch(/^failed the import ended/);
  });

  it('says that the disk is full, and nothing was switched', async () => {
    await forget();
    const missing = (await stage()).all('missing');
    await host.fillStore(2);
    const answer = await receive(exported(missing));
    expect(answer.get('error')).toMatch(/^no-space the import ended: .*/);
    expect(await host.running()).toBe(running);
    await host.emptyStore();
    (await receive(exported((await stage()).all('missing')))).ok();
  });

  describe('with the next system copied', () => {
    let part: string;

    beforeEach(async () => {
      const missing = (await stage()).all('missing');
      if (missing.length > 0) (await receive(exported(missing))).ok();
      part = closure.find((path) => path.includes('-closure-'))!;
    });

    async function damage(path: string): Promise<void> {
      await host.read(`file=$(find ${path} -type f | head -n 1) && : >"$file"`);
    }

    it('finds a damaged path among those just copied, and removes it with all that refers to it', async () => {
      await damage(part);
      const answer = await verify([part]);
      expect([answer.exitCode, answer.get('error')!.split(' ')[0]]).toEqual([1, 'damaged']);
      expect(answer.all('damaged')).toEqual(expect.arrayContaining([part, next]));
      const missing = (await stage()).all('missing');
      expect(missing.sort()).toEqual(answer.all('damaged').sort());
      (await receive(exported(missing))).ok();
      (await verify(missing)).ok();
    });

    it('looks at the whole closure when it is told to', async () => {
      await damage(part);
      expect((await verify([], 'yes')).all('damaged')).toContain(part);
    });

    it('looks at the whole closure unless the last commit was in this boot', async () => {
      await session.deploy(running);
      await damage(part);
      expect((await verify([])).exitCode).toBe(0);
      await host.powerCut();
      await host.boot();
      expect((await verify([])).all('damaged')).toContain(part);
    });

    it('does not delete what the running system needs, and says so', async () => {
      const shared = (await host.read(`nix-store -qR ${running}`)).split('\n').find((path) => closure.includes(path))!;
      await host.read(`file=$(find ${shared} -type f | head -n 1) && cp "$file" /root/saved && : >"$file"`);
      const answer = await verify([shared]);
      expect(answer.get('error')).toMatch(/^failed \/nix\/store\/.* is damaged and in use by the system that runs or boots/); // prettier-ignore
      expect((await host.exec(`nix-store --check-validity ${shared}`)).exitCode).toBe(0);
      await host.read(`file=$(find ${shared} -type f | head -n 1) && cat /root/saved >"$file" && rm /root/saved`);
      (await verify([shared])).ok();
    });

    it('refuses a program of zero bytes, which a shell would run with success', async () => {
      await session.deploy(running);
      await host.read(`: >${next}/bin/switch-to-configuration`);
      expect((await verify([])).get('error')).toBe(`damaged ${next}/bin/switch-to-configuration is missing, empty or not executable`); // prettier-ignore
      const before = await host.running();
      expect((await session.start(next)).answer.get('error')).toMatch(/^damaged /);
      expect(await host.running()).toBe(before);
      await verify([], 'yes');
    });

    it('makes what was copied outlive a power cut', async () => {
      await forget();
      const missing = (await stage()).all('missing');
      (await receive(exported(missing))).ok();
      (await verify(missing)).ok();
      await host.powerCut();
      await host.boot();
      expect((await stage()).all('missing')).toEqual([]);
      (await verify([], 'yes')).ok();
    });

    it('finds what a power cut after the copy took', async () => {
      await forget();
      const missing = (await stage()).all('missing');
      (await receive(exported(missing))).ok();
      await host.powerCut();
      await host.boot();
      const valid = (await session.call('inspect', [['toplevel', next]])).get('valid');
      const again = (await stage()).all('missing');
      if (valid === 'yes' || again.length < missing.length) {
        const answer = await verify([]);
        expect([answer.exitCode, answer.get('error')!.split(' ')[0]]).toEqual([1, 'damaged']);
      }
      (await receive(exported((await stage()).all('missing')))).ok();
      (await verify([], 'yes')).ok();
    });
  });

  describe('tells that a system needs a restart', () => {
    async function refusalOf(config: { readonly [option: string]: unknown }): Promise<string | undefined> {
      const [system] = await buildSystems({ networking: { hostName: 'other' }, ...config });
      await host.copyClosure(system!);
      return (await verify([], 'no', system)).get('error');
    }

    it('when its init interface is another one', async () => {
      expect(await refusalOf({ systemd: { interfaceVersion: 3 } })).toBe(
        'needs-reboot the new system has another init interface than the running one',
      );
    });

    it('when a part that both name differs', async () => {
      const [base] = await buildSystems({ system: { switch: { inhibitors: { bus: 'dbus 1', init: 'a: "b"' } } } });
      await host.copyClosure(base!);
      await session.deploy(base!);
      expect(await refusalOf({ system: { switch: { inhibitors: { bus: 'broker 2', init: 'a: "b"' } } } })).toBe(
        'needs-reboot these parts can\'t be replaced in a running system: "bus": "dbus 1" -> "broker 2"',
      );
      expect(await refusalOf({ system: { switch: { inhibitors: { init: 'a: "b"', other: 'x' } } } })).toBeUndefined();
      await session.deploy(running);
    });
  });
});
