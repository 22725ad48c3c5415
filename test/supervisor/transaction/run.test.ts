import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Lab, LabHost } from '../../../lab';
import { describeOnShapes } from '../../support/describe-with-lab';
import { whenOver } from '../support/host-journal';
import { expectNoLeftovers, shapeOf } from '../support/host-shape';
import { superviseHost } from '../support/supervised-host';
import type { SupervisorSession } from '../support/supervisor-session';

const SYSTEMS = {
  one: {},
  two: {},
  fails: { faults: { activation: 'fail' } },
  aborts: { faults: { activation: 'abort' } },
  hangs: { faults: { activation: 'hangIgnoringTerm' } },
  bootLoader: { faults: { bootLoader: true } },
  check: { faults: { preSwitchCheck: 'failSecond' } },
  unit: { faults: { unit: true } },
  snippet: {
    faults: { unit: true },
    system: { activationScripts: { broken: `echo "Activation script snippet 'broken' failed (1)"` } },
  },
  loops: {
    systemd: {
      services: {
        loops: {
          script: 'exit 1',
          wantedBy: ['multi-user.target'],
          serviceConfig: { Restart: 'always', RestartSec: 30 },
        },
      },
    },
  },
  preStart: {
    systemd: {
      services: {
        prestart: {
          script: 'sleep 1000',
          wantedBy: ['multi-user.target'],
          serviceConfig: { ExecStartPre: "/bin/sh -c 'exit 1'", Restart: 'always', RestartSec: 30 },
        },
      },
    },
  },
  lockedOut: { services: { openssh: { enable: false } } },
};

const PROFILES_MOUNT = 'mount --bind /nix/var/nix/profiles /nix/var/nix/profiles';

describeOnShapes(['nixos', 'plain', 'systemd'], 'a transaction on a host of shape %s', (shape) => {
  let lab: Lab;
  let host: LabHost;
  let session: SupervisorSession;
  let systems: { readonly [name in keyof typeof SYSTEMS]: string };

  beforeAll(async () => {
    ({ lab, host, session, systems } = await superviseHost(shape, SYSTEMS));
  });
  afterAll(() => lab?.destroy());

  async function expectRolledBack(toplevel: string, code: string, reason: RegExp, options = {}): Promise<void> {
    const before = await shapeOf(host);
    const { id, reply } = await session.start(toplevel, { confirmSeconds: 2, ...options });
    if (reply.get('state') === 'waiting') await whenOver(host, id);
    const status = (await session.call('status', [['id', id]])).ok();
    expect([status.get('transaction'), status.get('state')]).toEqual([id, 'rolled-back']);
    expect([status.get('reason-code'), status.get('reason')]).toEqual([code, expect.stringMatching(reason)]);
    expect(status.get('running')).toBe(before.running);
    expect(status.all('log')).toContain('cdktf-nixos: rolled-back (' + status.get('reason') + ')');
    await whenOver(host, id);
    expect(await shapeOf(host)).toEqual(before);
    await expectNoLeftovers(host);
  }

  it('the host keeps a system that is confirmed over a new connection', async () => {
    const before = await host.generation();
    const transaction = await session.start(systems.two);
    // The states in between are seen only if they last until the supervisor looks.
    const states = transaction.reply.ok().all('state');
    expect(['started', 'activating', 'waiting'].filter((state) => states.includes(state))).toEqual(states);
    expect(states.at(-1)).toBe('waiting');
    expect([await host.running(), await host.profile()]).toEqual([systems.two, systems.one]);
    expect(await host.bootDefault()).toBe(systems.one);
    const confirmed = (await session.confirm(transaction)).ok();
    expect(confirmed.get('state')).toBe('committed');
    expect(confirmed.get('generation-before')).toBe(String(before));
    expect(confirmed.get('generation-after')).toBe(String(before + 1));
    await whenOver(host, transaction.id);
    const now = [await host.running(), await host.profile(), await host.bootDefault(), await host.etc()];
    expect(now).toEqual([systems.two, systems.two, systems.two, await host.read(`readlink -f ${systems.two}/etc`)]);
    await expectNoLeftovers(host);
    const after = (await session.call('inspect')).ok();
    expect([after.get('state'), after.get('committed'), after.get('lock')]).toEqual(['committed', systems.two, 'free']);
    await session.deploy(systems.one);
  });

  it('the host rolls back when nobody confirms', async () => {
    await expectRolledBack(systems.two, 'not-confirmed', /^no new login confirmed the system within 2 s$/);
  });

  it('the host rolls back when the activation fails, in the middle or with one step', async () => {
    await expectRolledBack(systems.aborts, 'activation-failed', /^the activation failed with status \d+$/);
    await expectRolledBack(systems.fails, 'activation-failed', /^the activation failed with status \d+$/);
  });

  it('the host rolls back when a unit fails', async () => {
    const [code, reason] =
      shape === 'plain'
        ? ['activation-failed', /units failed$/]
        : ['units-failed', /^units failed that had not failed before: fault.service$/];
    await expectRolledBack(systems.unit, code, reason);
  });

  it('the host ends an activation that hangs, with children that ignore TERM and one in a session of its own', async () => {
    const began = Date.now();
    await expectRolledBack(systems.hangs, 'activation-timeout', /^the activation did not end within 3 s$/, {
      activationSeconds: 3,
    });
    expect(Date.now() - began).toBeLessThan(25_000);
  });

  // Everything below needs no program that the shape nixos lacks and the tests above have not used there.
  if (shape === 'nixos') return;

  it('the host rolls back when the boot default cannot be set', async () => {
    const before = await shapeOf(host);
    const transaction = await session.start(systems.bootLoader);
    const reply = await session.confirm(transaction);
    expect([reply.get('state'), reply.get('reason')]).toEqual([
      'rolled-back',
      'the boot default cannot be set (status 1)',
    ]);
    await whenOver(host, transaction.id);
    expect(await shapeOf(host)).toEqual(before);
    await expectNoLeftovers(host);
  });

  it('the host rolls back when the profile cannot be set', async () => {
    const before = await shapeOf(host);
    const transaction = await session.start(systems.two);
    await host.read(`${PROFILES_MOUNT} && mount -o remount,bind,ro /nix/var/nix/profiles`);
    const reply = await session.confirm(transaction);
    expect([reply.get('reason-code'), reply.get('reason')]).toEqual(['profile-failed', 'the profile cannot be set']);
    await whenOver(host, transaction.id);
    await host.read('umount /nix/var/nix/profiles');
    expect(await shapeOf(host)).toEqual(before);
    await expectNoLeftovers(host);
  });

  it('a check before the switch is not asked about the commit, nor about a rollback', async () => {
    await session.deploy(systems.check);
    expect(await host.bootDefault()).toBe(systems.check);
    await expectRolledBack(systems.two, 'not-confirmed', /^no new login confirmed/);
    await session.deploy(systems.one);
  });

  it('a rollback returns to the system that ran, even when it is in no profile', async () => {
    await host.read(`${systems.two}/bin/switch-to-configuration test`);
    expect([await host.running(), await host.profile()]).toEqual([systems.two, systems.one]);
    await expectRolledBack(systems.aborts, 'activation-failed', /status/);
    await session.deploy(systems.one);
  });

  it('a system that is the profile already gets no new generation, and a rollback returns to it exactly', async () => {
    const before = await shapeOf(host);
    await session.deploy(systems.one);
    expect((await shapeOf(host)).generations).toBe(before.generations);
    await expectRolledBack(systems.two, 'not-confirmed', /no new login/);
  });

  if (shape === 'systemd') {
    it('a unit that had failed long before does not count', async () => {
      await host.read('systemd-run --unit=long-before --remain-after-exit false; sleep 1');
      expect((await host.exec('systemctl is-failed long-before')).stdout).toBe('failed\n');
      await session.deploy(systems.two);
      // The switch may have forgotten it already.
      await host.exec('systemctl reset-failed long-before');
      await session.deploy(systems.one);
    });
  }

  if (shape === 'systemd') {
    it('the host rolls back when a unit fails again and again', async () => {
      await expectRolledBack(systems.loops, 'units-failed', /^units failed that had not failed before: loops.service$/);
      await expectRolledBack(
        systems.preStart,
        'units-failed',
        /^units failed that had not failed before: prestart.service$/,
      );
    });

    it('the host rolls back when the activation script failed, which the status of a failed unit hides', async () => {
      await expectRolledBack(systems.snippet, 'activation-script-failed', /^the activation script failed$/);
    });

    it('a generation that somebody else made the profile meanwhile is left alone', async () => {
      const { id } = await session.start(systems.two, { confirmSeconds: 4 });
      await host.read(`nix-env --profile /nix/var/nix/profiles/system --set ${systems.check}`);
      await whenOver(host, id);
      expect([await host.running(), await host.profile()]).toEqual([systems.one, systems.check]);
      await session.deploy(systems.one);
    });
  }

  it('the host flushes /boot before it reports that a system is committed', async () => {
    const program = await host.read('readlink -f "$(command -v sync)"');
    const wrapper = '#!/bin/sh\necho "$*" >>/root/synced\nexec /root/sync "$@"\n';
    await host.read(`cp ${program} /root/sync && printf '${wrapper}' >/root/wrapper && chmod 755 /root/wrapper`);
    await host.read(`mount --bind /root/wrapper ${program}`);
    try {
      await session.deploy(systems.two);
      expect(await host.read('cat /root/synced')).toMatch(/^-f \/boot$/m);
    } finally {
      await host.read(`umount ${program}`);
    }
    await session.deploy(systems.one);
  });

  it('a host that never had a generation rolls back', async () => {
    await host.read('mkdir /root/away && mv /nix/var/nix/profiles/system* /root/away');
    const transaction = await session.start(systems.bootLoader);
    const reply = await session.confirm(transaction);
    expect([reply.get('state'), reply.get('generation-before')]).toEqual(['rolled-back', 'none']);
    await whenOver(host, transaction.id);
    expect((await shapeOf(host)).generations).toBe('system-*-link');
    expect([await host.running(), await host.bootDefault()]).toEqual([systems.one, systems.one]);
    await host.read('mv /root/away/* /nix/var/nix/profiles && rmdir /root/away');
  });

  it('a deployment with goal boot only sets profile and boot default', async () => {
    const reply = await session.deploy(systems.two, { goal: 'boot' });
    expect([reply.get('state'), reply.get('running')]).toEqual(['committed', systems.one]);
    expect([await host.running(), await host.profile(), await host.bootDefault()]).toEqual([
      systems.one,
      systems.two,
      systems.two,
    ]);
    await session.deploy(systems.one);
  });

  it('a rollback of goal boot leaves the running system alone', async () => {
    await expectRolledBack(systems.bootLoader, 'boot-failed', /^the boot default cannot be set/, { goal: 'boot' });
  });

  it('a transaction changes only the files that docs/activation.md names', async () => {
    const list = `find / -xdev \\( -path /proc -o -path /sys -o -path /dev -o -path /tmp -o -path /var/log -o -path /run/user \\) -prune -o -printf '%p\\n' | sort`;
    const before = new Set((await host.read(list)).split('\n'));
    const mine = await session.start(systems.two, { values: { some: '1' } });
    (await session.confirm(mine)).ok();
    await whenOver(host, mine.id);
    const added = (await host.read(list)).split('\n').filter((file) => !before.has(file));
    const documented =
      /^\/(var\/lib\/cdktf-nixos|run\/cdktf-nixos|run\/(units|systemd|faults|nixos|log|lock|dbus|sudo)|var\/lib\/systemd|etc\/)/;
    expect(added.filter((file) => !documented.test(file))).toEqual([]);
    await session.deploy(systems.one);
  });
});
