import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Lab, LabHost } from '../../../lab';
import { describeWithLab } from '../../support/describe-with-lab';
import { until } from '../../../lab/wait';
import { readJournal, whenIn, whenOver } from '../support/host-journal';
import { shapeOf } from '../support/host-shape';
import { superviseHost } from '../support/supervised-host';
import type { SupervisorSession } from '../support/supervisor-session';

const SYSTEMS = { one: {}, two: {}, other: {}, slow: { faults: { activationSeconds: 8 } } };

/** Other programs and people on the same host: what they did is theirs, and what they do at the same time must not hurt. */
describeWithLab('a transaction beside others on its host', () => {
  let lab: Lab;
  let host: LabHost;
  let session: SupervisorSession;
  let systems: { readonly [name in keyof typeof SYSTEMS]: string };

  beforeAll(async () => {
    ({ lab, host, session, systems } = await superviseHost('systemd', SYSTEMS));
    await session.deploy(systems.one);
  });
  afterAll(() => lab?.destroy());

  async function inspect() {
    return (await session.call('inspect')).ok();
  }

  /** Puts a shell script in the place of a program of the host; gives what takes it away again. */
  async function replace(program: string, script: string): Promise<() => Promise<unknown>> {
    const file = await host.read(`readlink -f "$(command -v ${program})"`);
    const own = `/root/${program}`;
    await host.read(`cp ${file} ${own}.real && cat >${own} <<'SCRIPT'\n#!/bin/sh\n${script}\nSCRIPT\nchmod 755 ${own}`);
    await host.read(`mount --bind ${own} ${file}`);
    return () => host.read(`umount ${file}`);
  }

  it('a host that somebody else switched while the transaction waited is left alone', async () => {
    const { id } = await session.start(systems.two, { confirmSeconds: 4, values: { some: '1' } });
    const { values } = await shapeOf(host);
    await host.read(`
      nix-env --profile /nix/var/nix/profiles/system --set ${systems.other}
      ${systems.other}/bin/switch-to-configuration switch`);
    const journal = await whenOver(host, id);
    expect([journal.state, journal.reason]).toEqual([
      'aborted',
      'no new login confirmed the system within 4 s; somebody else has switched the host, so it stays as it is',
    ]);
    expect([await host.running(), await host.profile(), await host.bootDefault()]).toEqual(
      Array(3).fill(systems.other),
    );
    expect((await shapeOf(host)).values).not.toBe(values);
    await session.deploy(systems.one);
  });

  it('a system that runs without being the profile is not taken for a decision of somebody', async () => {
    const before = await shapeOf(host);
    const { id } = await session.start(systems.two, { confirmSeconds: 4 });
    await host.read(`${systems.other}/bin/switch-to-configuration test`);
    expect((await whenOver(host, id)).state).toBe('rolled-back');
    expect(await shapeOf(host)).toEqual(before);
  });

  it('a profile that somebody has set for the next start is not replaced', async () => {
    const transaction = await session.start(systems.two);
    await host.read(`
      nix-env --profile /nix/var/nix/profiles/system --set ${systems.other}
      ${systems.other}/bin/switch-to-configuration boot`);
    const reply = await session.confirm(transaction);
    expect([reply.get('state'), reply.get('reason')]).toEqual([
      'rolled-back',
      `somebody set the profile to ${systems.other}`,
    ]);
    await whenOver(host, transaction.id);
    expect([await host.running(), await host.profile(), await host.bootDefault()]).toEqual([
      systems.one,
      systems.other,
      systems.other,
    ]);
    await session.deploy(systems.one);
  });

  it('a unit that a rollback cannot start again is named', async () => {
    const unit = '/run/systemd/system/helper.service';
    await host.read(`
      printf '[Service]\\nExecStart=/lab/usr/bin/sleep 1000\\n' >${unit}
      systemctl daemon-reload && systemctl start helper.service`);
    const { id } = await session.start(systems.two, { confirmSeconds: 3 });
    await host.read(`ln -sfn /dev/null ${unit} && systemctl daemon-reload && systemctl stop helper.service`);
    expect((await whenOver(host, id))['not-up']).toBe('helper.service');
    const status = (await session.call('status', [['id', id]])).ok();
    expect([status.get('state'), status.get('not-up')]).toEqual(['rolled-back', 'helper.service']);
    await host.read(`rm ${unit} && systemctl daemon-reload`);
  });

  it('a transaction records which unit serves its login', async () => {
    const { id } = await session.start(systems.two, { confirmSeconds: 1 });
    expect((await whenOver(host, id))['serving-unit']).toBe('sshd.service');
  });

  it('a rollback waits for another program that switches', async () => {
    const before = await shapeOf(host);
    const { id } = await session.start(systems.two, { confirmSeconds: 1 });
    await host.read(
      'mkdir -p /run/nixos; setsid flock /run/nixos/switch-to-configuration.lock sleep 6 >/dev/null 2>&1 &',
    );
    expect((await whenOver(host, id)).state).toBe('rolled-back');
    expect(await shapeOf(host)).toEqual(before);
  });

  it("NixOS's lock is made anew for root, so that whoever had it open holds nothing", async () => {
    const lock = '/run/nixos/switch-to-configuration.lock';
    await host.read(`mkdir -p /run/nixos && : >>${lock} && chmod 644 ${lock}`);
    await host.read(`setsid sh -c 'exec 5<${lock}; sleep 2; flock -n 5 && sleep 20' >/dev/null 2>&1 </dev/null &`);
    await session.deploy(systems.two);
    expect(await host.read(`stat -c '%a %U' ${lock}`)).toBe('600 root');
    await host.read('sleep 2');
    await session.deploy(systems.one);
  });

  it('a transaction reports that it has started while it still recovers the one before it', async () => {
    await session.deploy(systems.slow);
    const left = await session.start(systems.two, { running: systems.slow });
    await host.read('rm -f /var/lib/cdktf-nixos/supervisor/*');
    await host.kill(Number((await readJournal(host)).supervisor!.split(' ')[0]));
    await until('the lock is free', 10, async () => (await inspect()).get('lock') === 'free');
    const next = session.start(systems.other, { running: systems.two });
    await whenIn(host, 'rolling-back');
    const lock = await until('the lock has another holder', 5, async () => {
      const [holder] = (await host.read('cat /run/cdktf-nixos/lock')).split('\n');
      return holder !== left.id && holder;
    });
    const status = (await session.call('status', [['id', lock]])).ok();
    expect([status.get('transaction'), status.get('state'), status.get('running')]).toEqual([
      lock,
      'started',
      undefined,
    ]);
    const { reply } = await next;
    // The system that it restores runs again, so the host is not what its client saw.
    expect(reply.get('error')).toBeUndefined();
    expect((await readJournal(host)).previous).toBe(systems.slow);
    await session.confirm(await next);
    await session.deploy(systems.one);
  });

  it('the finalizer finishes a recovery in which the supervisor was killed', async () => {
    await session.deploy(systems.slow);
    await session.start(systems.two, { running: systems.slow });
    await host.read('rm -f /var/lib/cdktf-nixos/supervisor/*');
    await host.kill(Number((await readJournal(host)).supervisor!.split(' ')[0]));
    await until('the lock is free', 10, async () => (await inspect()).get('lock') === 'free');
    const next = session.start(systems.other, { running: systems.two }).catch(() => undefined);
    await whenIn(host, 'rolling-back');
    const settling = await until(
      'it recovers the one before',
      10,
      async () => (await host.processes('supervisor/.* run '))[0] ?? false,
    );
    await host.kill(settling);
    await until('the one before is rolled back', 40, async () => (await readJournal(host)).state === 'rolled-back');
    await next;
    expect(await host.running()).toBe(systems.slow);
    await until('the lock is free', 10, async () => (await inspect()).get('lock') === 'free');
    await session.deploy(systems.one);
  });

  it('a transaction that systemd-run began is followed although systemd-run failed', async () => {
    const restore = await replace('systemd-run', '/root/systemd-run.real "$@"; echo "no reply" >&2; exit 1');
    const transaction = await session.start(systems.two).finally(restore);
    expect(transaction.reply.ok().get('state')).toBe('waiting');
    expect((await session.confirm(transaction)).ok().get('state')).toBe('committed');
    await session.deploy(systems.one);
  });

  it('a transaction that systemd does not start leaves nothing', async () => {
    const before = await shapeOf(host);
    const restore = await replace('systemd-run', 'echo "no bus" >&2; exit 1');
    const { id, reply } = await session.start(systems.two, { values: { some: '1' } }).finally(restore);
    expect(reply.get('error')).toBe('failed systemd does not start the transaction: no bus');
    expect((await host.exec(`ls -d /run/cdktf-nixos/${id} /var/lib/cdktf-nixos/values/${id}`)).stdout).toBe('');
    expect(await shapeOf(host)).toEqual(before);
  });

  it('a transaction is declined when systemd does not report which units run', async () => {
    const before = await shapeOf(host);
    const restore = await replace(
      'systemctl',
      'case $1 in list-units) exit 1 ;; *) exec /root/systemctl.real "$@" ;; esac',
    );
    const { reply } = await session.start(systems.two).finally(restore);
    expect(reply.get('error')).toBe('failed systemd does not report which units run');
    expect(await shapeOf(host)).toEqual(before);
  });

  it('a unit that somebody made at run time and that fails does not fail the transaction', async () => {
    const { id, reply } = await session.start(systems.two, { confirmSeconds: 20 });
    await host.exec('systemd-run --unit=by-hand false; sleep 1');
    expect((await host.exec('systemctl is-failed by-hand')).stdout).toBe('failed\n');
    expect(reply.get('state')).toBe('waiting');
    const { nonce } = { nonce: await host.read(`cat /run/cdktf-nixos/${id}/nonce`) };
    expect((await session.confirm({ id, nonce })).ok().get('state')).toBe('committed');
    await host.exec('systemctl reset-failed by-hand');
    await session.deploy(systems.one);
  });

  it('a rollback has failed when the delivered files cannot be restored', async () => {
    await session.deploy(systems.one, { values: { some: '"old"' } });
    const { id } = await session.start(systems.two, { confirmSeconds: 3, values: { some: '"new"' } });
    const values = '/var/lib/cdktf-nixos/values';
    await host.read(`mount --bind ${values} ${values} && mount -o remount,bind,ro ${values}`);
    const journal = await whenOver(host, id);
    await host.read(`umount ${values}`);
    expect([journal.state, journal.reason]).toEqual([
      'rollback-failed',
      'no new login confirmed the system within 3 s; the delivered files could not be restored',
    ]);
    expect([await host.running(), await host.profile()]).toEqual([systems.one, systems.one]);
    const next = await session.start(systems.two, { confirmSeconds: 1 });
    expect((await whenOver(host, next.id)).state).toBe('rolled-back');
    expect((await inspect()).get('unsettled')).toBe('yes');
    await session.deploy(systems.one, { values: { some: '"old"' } });
    expect((await inspect()).get('unsettled')).toBe('no');
    expect(await host.read(`cat ${values}/current/some.json`)).toBe('"old"');
    await session.deploy(systems.one);
  });

  it('the host reports an /etc that another switch left half-way', async () => {
    expect((await inspect()).get('etc')).toBe('yes');
    await host.read(`ln -sfn ${systems.other}/etc /etc/static`);
    expect((await inspect()).get('etc')).toBe('no');
    await session.deploy(systems.one);
    expect((await inspect()).get('etc')).toBe('yes');
  });

  it('a damaged path that an older generation needs is kept', async () => {
    await session.deploy(systems.two);
    await host.read(`nix-env --profile /nix/var/nix/profiles/system --set ${systems.other}`);
    await session.deploy(systems.one);
    const file = `${systems.other}/nixos-version`;
    await host.read(`cp ${file} /root/saved; : >${file}`);
    const header = Object.entries({ id: 'a'.repeat(32), toplevel: systems.other, goal: 'switch', all: 'no' });
    const reply = await session.call('verify', header, `${systems.other}\n\n`);
    expect(reply.get('error')).toMatch(
      /^failed \/nix\/var\/nix\/profiles\/system-\d+-link needs damaged store paths, such as \/nix\/store\/.*; repair them by hand \(nix-store --verify --check-contents --repair\), or remove what needs them$/,
    );
    expect((await host.exec(`nix-store --check-validity ${systems.other}`)).exitCode).toBe(0);
    await host.read(`cat /root/saved >${file}`);
  });

  it('the supervisor stores its text again when the stored one is damaged', async () => {
    await session.deploy(systems.two);
    await host.read('for file in /var/lib/cdktf-nixos/supervisor/*; do echo damaged >"$file"; done');
    expect((await session.deploy(systems.one)).get('state')).toBe('committed');
  });
});
