import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildSystems } from '../../../lab/systems/systems';
import { describeWithLab } from '../../support/describe-with-lab';
import { exported, useStoreSession } from '../support/store-session';

describeWithLab('verify', () => {
  const store = useStoreSession();

  describe('with the next system copied', () => {
    let part: string;

    beforeEach(async () => {
      const missing = await store.missing();
      if (missing.length > 0) (await store.receive(exported(missing))).ok();
      part = store.closure.find((path) => path.includes('-closure-'))!;
    });

    async function damage(path: string): Promise<void> {
      await store.host.read(`file=$(find ${path} -type f | head -n 1) && : >"$file"`);
    }

    it('a damaged path among those just copied is removed with all that refers to it', async () => {
      await damage(part);
      const reply = await store.verify([part]);
      expect([reply.exitCode, reply.get('error')!.split(' ')[0]]).toEqual([1, 'damaged']);
      expect(reply.all('damaged')).toEqual(expect.arrayContaining([part, store.next]));
      const missing = await store.missing();
      expect(missing.sort()).toEqual(reply.all('damaged').sort());
      (await store.receive(exported(missing))).ok();
      (await store.verify(missing)).ok();
    });

    it('the whole closure is verified on request', async () => {
      await damage(part);
      expect((await store.verify([], 'yes')).all('damaged')).toContain(part);
    });

    it('the whole closure is verified unless the last commit was in this boot', async () => {
      await store.session.deploy(store.running);
      await damage(part);
      expect((await store.verify([])).exitCode).toBe(0);
      await store.host.powerCut();
      await store.host.boot();
      expect((await store.verify([])).all('damaged')).toContain(part);
    });

    it('a damaged path that the running system needs is kept and reported', async () => {
      const shared = (await store.host.read(`nix-store -qR ${store.running}`))
        .split('\n')
        .find((path) => store.closure.includes(path))!;
      await store.host.read(`file=$(find ${shared} -type f | head -n 1) && cp "$file" /root/saved && : >"$file"`);
      const reply = await store.verify([shared]);
      expect(reply.get('error')).toMatch(
        /^failed the system that runs or boots needs damaged store paths, such as \/nix\/store\/.*; repair them by hand/,
      );
      expect((await store.host.exec(`nix-store --check-validity ${shared}`)).exitCode).toBe(0);
      await store.host.read(`file=$(find ${shared} -type f | head -n 1) && cat /root/saved >"$file" && rm /root/saved`);
      (await store.verify([shared])).ok();
    });

    it('a program of zero bytes is refused, although a shell would run it with success', async () => {
      await store.session.deploy(store.running);
      await store.host.read(`: >${store.next}/bin/switch-to-configuration`);
      expect((await store.verify([])).get('error')).toBe(
        `damaged ${store.next}/bin/switch-to-configuration is missing, empty or not executable`,
      );
      const before = await store.host.running();
      expect((await store.session.start(store.next)).reply.get('error')).toMatch(/^damaged /);
      expect(await store.host.running()).toBe(before);
      await store.verify([], 'yes');
    });

    it('a verified copy outlives a power cut', async () => {
      await store.forget();
      const missing = await store.missing();
      (await store.receive(exported(missing))).ok();
      (await store.verify(missing)).ok();
      await store.host.powerCut();
      await store.host.boot();
      expect(await store.missing()).toEqual([]);
      (await store.verify([], 'yes')).ok();
    });

    it('paths that a power cut took after the copy are found', async () => {
      await store.forget();
      const missing = await store.missing();
      (await store.receive(exported(missing))).ok();
      await store.host.powerCut();
      await store.host.boot();
      const valid = (await store.host.exec(`nix-store --check-validity ${store.next}`)).exitCode === 0;
      const again = await store.missing();
      if (valid || again.length < missing.length) {
        const reply = await store.verify([]);
        expect([reply.exitCode, reply.get('error')!.split(' ')[0]]).toEqual([1, 'damaged']);
      }
      (await store.receive(exported(await store.missing()))).ok();
      (await store.verify([], 'yes')).ok();
    });
  });

  describe('a system that its own checks judge', () => {
    async function verified(check: string, edit = 'true') {
      const [system] = await buildSystems({ system: { preSwitchChecks: { asked: check } } });
      await store.host.copyClosure(system!);
      await store.host.read(`cd ${system}/bin && ${edit}`);
      return store.verify([], 'no', system);
    }
    beforeAll(() => store.session.deploy(store.running));

    const REFUSING = 'echo "$2: no disk for the database" >&2; exit 1';

    it('a system that its own check refuses is refused with the words of the check, and nothing is tried', async () => {
      const before = await store.host.running();
      const reply = await verified(REFUSING);
      expect(reply.get('error')).toBe('check-failed a check of the system refused it');
      expect(reply.all('log').join('\n')).toContain('check: no disk for the database');
      expect(await store.host.exec('ls /run/cdktf-nixos | grep check')).toMatchObject({ stdout: '' });
      expect(await store.host.running()).toBe(before);
    });

    it('a system whose checks agree is accepted', async () => {
      (await verified('[ "$2" = check ]')).ok();
    });

    it('a goal that does not activate asks no check', async () => {
      const [system] = await buildSystems({ system: { preSwitchChecks: { asked: REFUSING } } });
      (await store.verify([], 'no', system, 'boot')).ok();
    });

    it.each([
      ['has no checks', `sed -i 's/PRE_SWITCH_CHECK/OTHER/; /^exec/i echo called >>/run/called; exit 1' *`],
      ['cannot run them alone', `sed -i '/^exec/i echo "Usage: $0 [switch|boot|test]"; exit 1' *`],
      ['is busy', `sed -i '/^exec/i exit 11' *`],
    ])('a program that %s is left to the switch', async (_what, edit) => {
      (await verified(REFUSING, edit)).ok();
      expect((await store.host.exec('[ -e /run/called ]')).exitCode).toBe(1);
    });
  });

  describe('a system that needs a restart', () => {
    async function refusalOf(config: { readonly [option: string]: unknown }): Promise<string | undefined> {
      const [system] = await buildSystems({ networking: { hostName: 'other' }, ...config });
      await store.host.copyClosure(system!);
      return (await store.verify([], 'no', system)).get('error');
    }

    it('a system with another init interface needs a restart', async () => {
      expect(await refusalOf({ systemd: { interfaceVersion: 3 } })).toBe(
        'needs-reboot the new system has a different init interface from the running one',
      );
    });

    it('a system that changes a part that both name needs a restart', async () => {
      const [base] = await buildSystems({ system: { switch: { inhibitors: { bus: 'dbus 1', init: 'a: "b"' } } } });
      await store.host.copyClosure(base!);
      await store.session.deploy(base!);
      expect(await refusalOf({ system: { switch: { inhibitors: { bus: 'broker 2', init: 'a: "b"' } } } })).toBe(
        'needs-reboot these parts cannot be replaced in a running system: "bus": "dbus 1" -> "broker 2"',
      );
      expect(await refusalOf({ system: { switch: { inhibitors: { init: 'a: "b"', other: 'x' } } } })).toBeUndefined();
      await store.session.deploy(store.running);
    });
  });
});
