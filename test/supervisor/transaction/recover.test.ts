import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Lab, LabHost } from '../../../lab';
import { describeOnShapes } from '../../support/describe-with-lab';
import { until } from '../../../lab/wait';
import { readJournal, whenIn, whenOver } from '../support/host-journal';
import { expectNoLeftovers, type HostShape, shapeOf } from '../support/host-shape';
import { superviseHost } from '../support/supervised-host';
import type { SupervisorSession } from '../support/supervisor-session';

const SYSTEMS = {
  one: {},
  two: {},
  three: {},
  slow: { faults: { activationSeconds: 3 } },
  slowBootLoader: { faults: { bootLoaderSeconds: 4 } },
};

describeOnShapes(['systemd', 'plain'], 'recovery on a host of shape %s', (shape) => {
  let lab: Lab;
  let host: LabHost;
  let session: SupervisorSession;
  let systems: { readonly [name in keyof typeof SYSTEMS]: string };
  let before: HostShape;

  beforeAll(async () => {
    ({ lab, host, session, systems } = await superviseHost(shape, SYSTEMS));
    await session.deploy(systems.one);
  });
  afterAll(() => lab?.destroy());
  beforeEach(async () => {
    if ((await host.running()) !== systems.one || (await host.bootDefault()) !== systems.one) {
      await session.deploy(systems.one);
    }
    before = await shapeOf(host);
  });

  /** The process that runs the transaction in the journal. */
  async function supervisor(): Promise<number> {
    return Number((await readJournal(host)).supervisor!.split(' ')[0]);
  }

  async function expectAsBefore(): Promise<void> {
    expect(await shapeOf(host)).toEqual(before);
    await expectNoLeftovers(host);
  }

  async function whenRestarted(bootId: string): Promise<void> {
    await until('the host has restarted', 40, async () => {
      const seen = (await session.call('inspect')).get('boot-id');
      return seen !== undefined && seen !== bootId;
    });
  }

  /** The last word: an ordinary deployment works, there and back. */
  async function expectDeployable(): Promise<void> {
    expect((await session.deploy(systems.three)).get('state')).toBe('committed');
    expect((await session.deploy(systems.one)).get('state')).toBe('committed');
  }

  it('the host rolls back when the supervisor is killed while it waits', async () => {
    const { id, reply } = await session.start(systems.two);
    expect(reply.get('state')).toBe('waiting');
    await host.kill(await supervisor());
    const journal = await whenOver(host, id);
    expect([journal.state, journal['reason-code'], journal.reason]).toEqual([
      'rolled-back',
      'supervisor-ended',
      expect.stringMatching(/^its supervisor ended early/),
    ]);
    await expectAsBefore();
  });

  it('the host rolls back when the supervisor is killed in the middle of the switch', async () => {
    const starting = session.start(systems.slow);
    const { id } = await whenIn(host, 'activating');
    await until('the switch has begun', 10, async () => (await host.running()) === systems.slow || (await host.etc()) !== before.etc); // prettier-ignore
    await host.kill(await supervisor());
    expect((await whenOver(host, id!)).state).toBe('rolled-back');
    expect((await starting).reply.get('state')).toBe('rolled-back');
    await expectAsBefore();
  });

  it('the host rolls back when the supervisor is killed while it sets the boot default', async () => {
    const transaction = await session.start(systems.slowBootLoader);
    const confirming = session.confirm(transaction);
    await until('the boot loader is being written', 10, async () => (await readJournal(host))['boot-begun'] === 'yes'); // prettier-ignore
    await host.kill(await supervisor());
    expect((await whenOver(host, transaction.id)).state).toBe('rolled-back');
    expect((await confirming).get('state')).toBe('rolled-back');
    await expectAsBefore();
  });

  it('a system is not committed when the journal cannot be written', async () => {
    const transaction = await session.start(systems.slowBootLoader);
    const confirming = session.confirm(transaction);
    await until('the boot loader is being written', 10, async () => (await readJournal(host))['boot-begun'] === 'yes'); // prettier-ignore
    await host.read('mkdir /var/lib/cdktf-nixos/journal.new');
    await until('the journal could not be written', 15, async () =>
      (await host.read(`cat /var/lib/cdktf-nixos/log/${transaction.id}.log`)).includes(
        'cannot be written (state committed)',
      ),
    );
    await host.read('rmdir /var/lib/cdktf-nixos/journal.new');
    const journal = await whenOver(host, transaction.id);
    expect([journal.state, journal.committed]).toEqual(['rolled-back', systems.one]);
    await confirming;
    await expectAsBefore();
  });

  it('the next transaction rolls back first when nobody was left to do it', async () => {
    const { id } = await session.start(systems.two);
    if (shape === 'systemd') await host.read('rm -f /var/lib/cdktf-nixos/supervisor/*');
    else await Promise.all((await host.processes(`supervisor/.* watch ${id}`)).map((pid) => host.kill(pid)));
    await host.kill(await supervisor());
    await until('the lock is free', 10, async () => (await host.exec('flock -n /run/cdktf-nixos/lock true')).exitCode === 0); // prettier-ignore
    expect((await readJournal(host)).state).toBe('waiting');
    const seen = (await session.call('inspect')).ok();
    expect([seen.get('state'), seen.get('lock'), seen.get('running')]).toEqual(['waiting', 'free', systems.two]);
    const next = await session.start(systems.three, { running: systems.two });
    expect(await readJournal(host)).toMatchObject({ id: next.id, state: 'waiting', previous: systems.one });
    await host.kill(await supervisor());
    await whenOver(host, next.id);
    expect(await shapeOf(host)).toEqual(before);
    await expectDeployable();
  });

  it('the loser of the lock ends without a trace on the winner', async () => {
    const winner = await session.start(systems.two);
    const refused = await session.start(systems.three, { running: systems.two });
    expect([refused.reply.exitCode, refused.reply.get('error')]).toEqual([
      75,
      `busy test@here is deploying ${systems.two}`,
    ]);
    const seen = (await session.call('inspect')).ok();
    expect(seen.get('lock')).toBe('held');
    expect(seen.get('lock-toplevel')).toBe(systems.two);
    expect(seen.get('lock-by')).toBe('test@here');
    expect(await host.running()).toBe(systems.two);
    expect((await session.confirm(winner)).ok().get('state')).toBe('committed');
    await whenOver(host, winner.id);
    await session.deploy(systems.one);
  });

  it('exactly one of many transactions that start at the same moment wins', async () => {
    const starts = [systems.two, systems.three, systems.slow].map((system) => session.start(system));
    const transactions = await Promise.all(starts);
    const won = transactions.filter(({ reply }) => reply.get('state') === 'waiting');
    const lost = transactions.filter(({ reply }) => reply.exitCode === 75);
    expect([won.length, lost.length]).toEqual([1, 2]);
    for (const { reply } of lost) expect(reply.get('error')).toMatch(/^busy test@here is deploying \/nix\/store\//);
    expect((await readJournal(host)).id).toBe(won[0]!.id);
    expect((await session.confirm(won[0]!)).ok().get('state')).toBe('committed');
    await whenOver(host, won[0]!.id);
    await expectNoLeftovers(host);
    await session.deploy(systems.one);
  });

  it('the host boots the previous system after a power cut while it waits', async () => {
    await session.start(systems.two, { values: { some: '2' } });
    await host.powerCut();
    await host.boot();
    expect([await host.running(), await host.profile()]).toEqual([systems.one, systems.one]);
    const seen = (await session.call('inspect')).ok();
    expect([seen.get('state'), seen.get('lock')]).toEqual(['waiting', 'free']);
    const next = await session.start(systems.two);
    expect(next.reply.ok().get('state')).toBe('waiting');
    const log = await host.read(`cat /var/lib/cdktf-nixos/log/${next.id}.log`);
    expect(log).toContain('cdktf-nixos: aborted (the host restarted in state waiting)');
    (await session.confirm(next)).ok();
    await session.deploy(systems.one);
  });

  it('the host boots the previous system after a power cut in the middle of the switch', async () => {
    const starting = session.start(systems.slow).catch(() => undefined);
    await whenIn(host, 'activating');
    await host.powerCut();
    await starting;
    await host.boot();
    expect([await host.running(), await host.etc()]).toEqual([before.running, before.etc]);
    await expectDeployable();
  });

  it('the host is deployable after a power cut between profile and boot default', async () => {
    const transaction = await session.start(systems.slowBootLoader);
    const confirming = session.confirm(transaction).catch(() => undefined);
    await until('the profile is set', 10, async () => (await host.profile()) === systems.slowBootLoader);
    await host.powerCut();
    await confirming;
    await host.boot();
    expect(await host.running()).toBe(systems.one);
    await expectDeployable();
  });

  /** From now on a system's program for switching fails, until it was called so often. */
  async function breakProgram(system: string, calls: number): Promise<void> {
    await host.read(`
        program=${system}/bin/switch-to-configuration
        cp $program /tmp/program
        printf '%s\n' '#!/bin/sh' 'echo call >>/tmp/calls' \
          '[ "$(wc -l </tmp/calls)" -gt ${calls} ] || exit 1' 'exec /tmp/program "$@"' >/tmp/broken
        chmod 755 /tmp/broken
        rm -f /tmp/calls
        mount --bind /tmp/broken $program`);
  }

  it('a rollback is tried twice', async () => {
    const { id } = await session.start(systems.two, { confirmSeconds: 3 });
    await breakProgram(systems.one, 1);
    expect((await whenOver(host, id)).state).toBe('rolled-back');
    expect((await host.read('cat /tmp/calls')).split('\n')).toHaveLength(2);
    await host.read(`umount ${systems.one}/bin/switch-to-configuration`);
    await expectAsBefore();
  });

  if (shape === 'systemd') {
    it('the host restarts into the previous system when it cannot roll back otherwise', async () => {
      const boot = (await session.call('inspect')).get('boot-id');
      const { id } = await session.start(systems.two, { confirmSeconds: 3 });
      await breakProgram(systems.one, 99);
      await whenRestarted(boot!);
      const status = (await session.call('status', [['id', id]])).ok();
      expect(status.get('state')).toBe('rolling-back');
      expect(status.get('reason')).toBe('no new login confirmed the system within 3 s; activating the previous system failed, too, so the host restarts'); // prettier-ignore
      expect(await shapeOf(host)).toMatchObject({ running: before.running, boots: before.boots, etc: before.etc });
      await expectDeployable();
    });

    it('a restart that boots another system than the previous one names it', async () => {
      await session.deploy(systems.three, { goal: 'boot' });
      const boot = (await session.call('inspect')).get('boot-id');
      const { id } = await session.start(systems.two, { confirmSeconds: 3 });
      await breakProgram(systems.one, 99);
      await whenRestarted(boot!);
      const status = (await session.call('status', [['id', id]])).ok();
      expect(status.get('reason')).toMatch(`so the host restarts and boots ${systems.three}, as its profile says`);
      expect(await host.running()).toBe(systems.three);
      await expectDeployable();
    });

    it('the host boots the previous system when somebody restarts it while it waits', async () => {
      const boot = (await session.call('inspect')).get('boot-id');
      await session.start(systems.two);
      await host.exec('systemctl reboot');
      await whenRestarted(boot!);
      expect(await shapeOf(host)).toMatchObject({ running: before.running, boots: before.boots, etc: before.etc });
      await expectDeployable();
    });
  } else {
    it('a rollback that fails is reported when there is nobody to restart the host', async () => {
      const { id } = await session.start(systems.two, { confirmSeconds: 3 });
      await breakProgram(systems.one, 99);
      const journal = await whenOver(host, id);
      expect(journal.state).toBe('rollback-failed');
      expect(journal.reason).toMatch(/; activating the previous system failed, too$/);
      await host.read(`umount ${systems.one}/bin/switch-to-configuration`);
      await expectDeployable();
    });
  }
});
