import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Lab, LabHost } from '../../lab';
import { describeWithLab } from '../support/describe-with-lab';
import { until } from '../../lab/wait';
import { whenOver } from './support/host-journal';
import { superviseHost } from './support/supervised-host';
import { randomId, type SupervisorSession } from './support/supervisor-session';

/** Writes down what it read, each time it starts. */
const READER = {
  wantedBy: ['multi-user.target'],
  script: 'cat /var/lib/cdktf-nixos/values/current/some.json >>/run/read || echo none >>/run/read; exec sleep 100000',
};

describeWithLab('values on the host', () => {
  let lab: Lab;
  let host: LabHost;
  let session: SupervisorSession;
  let one: string;
  let two: string;
  let aborts: string;

  beforeAll(async () => {
    const base = { systemd: { services: { reader: READER } } };
    const configs = { one: base, two: base, aborts: { ...base, faults: { activation: 'abort' } } };
    const supervised = await superviseHost('systemd', configs);
    ({ lab, host, session } = supervised);
    ({ one, two, aborts } = supervised.systems);
  });
  afterAll(() => lab?.destroy());

  /** What services see now, and what they will see after a restart of the host. */
  async function values(): Promise<{ readonly current: string; readonly committed: string }> {
    const read = (link: string) => host.exec(`cat /var/lib/cdktf-nixos/values/${link}/some.json`);
    return { current: (await read('current')).stdout, committed: (await read('committed')).stdout };
  }

  async function timesRead(): Promise<string[]> {
    return (await host.exec('cat /run/read')).stdout.split('\n').filter((line) => line !== '');
  }

  const restarts = ['some reader.service'];

  it('values are there for every user when the switch begins, and last when it is confirmed', async () => {
    expect(await timesRead()).toEqual(['none']);
    const transaction = await session.start(two, { values: { some: '"first"\n', other: '{}' }, restarts });
    expect(await values()).toEqual({ current: '"first"\n', committed: '' });
    (await session.confirm(transaction)).ok();
    expect(await values()).toEqual({ current: '"first"\n', committed: '"first"\n' });
    expect(await timesRead()).toEqual(['none', '"first"']);
    expect(await host.read('su -s /bin/sh nobody -c "cat /var/lib/cdktf-nixos/values/current/other.json"')).toBe('{}');
    const seen = (await session.call('inspect')).ok();
    expect(seen.get('values-digest')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('values restart no unit when they are the same', async () => {
    const before = await timesRead();
    await session.deploy(one, { values: { some: '"first"\n' }, restarts });
    expect(await timesRead()).toEqual(before);
  });

  it('values roll back with the system, and the units that had seen them are restarted again', async () => {
    const transaction = await session.start(two, { values: { some: '"second"\n' }, restarts, confirmSeconds: 2 });
    expect((await values()).current).toBe('"second"\n');
    expect((await timesRead()).at(-1)).toBe('"second"');
    expect((await whenOver(host, transaction.id)).state).toBe('rolled-back');
    expect(await values()).toEqual({ current: '"first"\n', committed: '"first"\n' });
    expect((await timesRead()).at(-1)).toBe('"first"');
    await session.start(aborts, { values: { some: '"third"\n' }, restarts });
    expect(await values()).toEqual({ current: '"first"\n', committed: '"first"\n' });
    const generations = await host.read('ls /var/lib/cdktf-nixos/values');
    expect(generations.split('\n')).toHaveLength(3);
  });

  it('values are gone with a system that declares none', async () => {
    await session.deploy(one);
    expect(await values()).toEqual({ current: '', committed: '' });
    expect((await session.call('inspect')).get('values-digest')).toBe('none');
    await session.deploy(one, { values: { some: '"first"\n' } });
  });

  it('values become current only with the restart when the goal is boot', async () => {
    await session.deploy(two, { goal: 'boot', values: { some: '"later"\n' } });
    expect(await values()).toEqual({ current: '"first"\n', committed: '"later"\n' });
    await session.deploy(one, { values: { some: '"first"\n' } });
  });

  it('values are the committed ones again for the transaction after a power cut', async () => {
    await session.start(two, { values: { some: '"lost"\n' } });
    await host.powerCut();
    await host.boot();
    const next = await session.start(one, { values: { some: '"next"\n' }, confirmSeconds: 1 });
    expect((await whenOver(host, next.id)).state).toBe('rolled-back');
    expect(await values()).toEqual({ current: '"first"\n', committed: '"first"\n' });
  });

  it('values that do not arrive completely begin nothing', async () => {
    const tree = await host.treeHash();
    const names = { id: randomId(), nonce: randomId() };
    const header = [
      ['id', names.id],
      ['toplevel', two],
      ['expected-running', one],
      ['goal', 'switch'],
      ['activation-seconds', 20],
      ['confirm-seconds', 20],
      ['nonce', names.nonce],
      ['values-digest', 'a'.repeat(64)],
    ] as const;
    const short = await session.call('start', [...header, ['value', 'some 10']], '"abc"');
    expect(short.get('error')).toBe('failed the value some did not arrive completely');
    const twice = await session.call('start', [...header, ['value', 'some 1'], ['value', 'some 1']], '12');
    expect(twice.get('error')).toBe('bad-request the value some comes twice');
    expect(await host.treeHash()).toBe(tree);
  });

  it('values may hold any bytes', async () => {
    const content = `"\${x} %{y} $(touch /tmp/z) \\u0000 '\n\n`;
    await session.deploy(two, { values: { some: content, 'a.b_c-d': 'x'.repeat(200_000), empty: '' } });
    expect((await values()).current).toBe(content);
    expect(await host.read('cd /var/lib/cdktf-nixos/values/current && stat -c "%n %s" *')).toBe(
      `a.b_c-d.json 200000\nempty.json 0\nsome.json ${content.length}`,
    );
  });

  it('values for which a unit cannot be restarted are not kept', async () => {
    await host.read(
      `systemd-run --unit=fragile --property=ExecStartPre='/bin/sh -c "[ ! -e /run/broken ]"' sleep 100000`,
    );
    await until('it runs', 5, async () => (await host.exec('systemctl is-active fragile')).exitCode === 0);
    await host.read('touch /run/broken');
    const { answer } = await session.start(one, { values: { some: '"new"\n' }, restarts: ['some fragile.service'] });
    expect([answer.get('state'), answer.get('reason')]).toEqual([
      'rolled-back',
      'units could not be restarted for changed values: fragile.service',
    ]);
    await host.read('rm /run/broken');
  });
});
