import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Lab, LabHost } from '../../../lab';
import { until } from '../../../lab/wait';
import { describeOnShapes } from '../../support/describe-with-lab';
import { readJournal, whenOver } from '../support/host-journal';
import { OPEN, readsOf, SEALED, secretOn, systemWithSecrets } from '../support/secrets';
import { superviseHost } from '../support/supervised-host';
import type { Secrets, SupervisorSession, Transaction } from '../support/supervisor-session';

const BASE = systemWithSecrets(['token', 'otp']);
const SYSTEMS = { one: {}, two: BASE, three: { ...BASE, environment: { etc: { changed: { text: 'x' } } } } };

/** A kept secret and one that is in memory only. */
const secrets = (version: string): Secrets => ({
  otp: { content: `otp-${version}`, kind: 'memory-secret' },
  token: `token-${version}`,
});

describeOnShapes(['nixos', 'plain', 'systemd'], 'secrets on a host of shape %s', (shape) => {
  let lab: Lab;
  let host: LabHost;
  let session: SupervisorSession;
  let systems: { readonly [name in keyof typeof SYSTEMS]: string };

  beforeAll(async () => {
    ({ lab, host, session, systems } = await superviseHost(shape, SYSTEMS));
  });
  afterAll(() => lab?.destroy());
  beforeEach(async () => {
    await session.deploy(systems.two, { secrets: secrets('1') });
  });

  const shown = async () => ({ token: await secretOn(host, 'token'), otp: await secretOn(host, 'otp') });
  const filesDigest = async () => (await session.call('inspect')).ok().get('files-digest');

  /** The generations of secrets that the host has, in memory and sealed. */
  async function generations(): Promise<readonly [opened: string[], sealed: string[]]> {
    const list = async (directory: string) => (await host.read(`ls ${directory}`)).split('\n').filter(Boolean);
    return [await list(OPEN), await list(SEALED)];
  }

  async function expectOneGeneration(): Promise<void> {
    const committed = await host.read('readlink /var/lib/cdktf-nixos/values/committed');
    expect(await generations()).toEqual([[committed, 'current'].sort(), [committed]]);
  }

  /** What a host says of its secrets when a transaction starts. */
  function changes({ reply }: Transaction): { [change: string]: string | undefined } {
    const all = ['new', 'removed', 'changed', 'moved'];
    return Object.fromEntries(all.map((change) => [change, reply.ok().get(`${change}-secrets`)]));
  }

  const FIRST = { token: 'token-1', otp: 'otp-1' };

  it('new secrets are shown with the switch, and the host has no others after the commit', async () => {
    expect(await shown()).toEqual(FIRST);
    const transaction = await session.start(systems.three, { secrets: secrets('2') });
    expect(changes(transaction)).toEqual({ new: '', removed: '', changed: 'otp token ', moved: '' });
    expect(await shown()).toEqual({ token: 'token-2', otp: 'otp-2' });
    expect((await generations()).map(({ length }) => length)).toEqual([3, 2]);
    (await session.confirm(transaction)).ok();
    await whenOver(host, transaction.id);
    expect(await shown()).toEqual({ token: 'token-2', otp: 'otp-2' });
    await expectOneGeneration();
    expect(await filesDigest()).toMatch(/^[0-9a-f]{64}$/);
  });

  it('a host names secrets that are new, removed and kept in another way', async () => {
    const others: Secrets = { otp: 'otp-1', key: 'key-1' };
    const transaction = await session.start(systems.three, { secrets: others, confirmSeconds: 1 });
    expect(changes(transaction)).toEqual({ new: 'key ', removed: 'token ', changed: '', moved: 'otp ' });
    expect((await whenOver(host, transaction.id)).state).toBe('rolled-back');
  });

  it('a secret that is no longer delivered goes', async () => {
    await session.deploy(systems.one, { secrets: { token: 'token-1' } });
    expect(await shown()).toEqual({ token: 'token-1', otp: '' });
    await session.deploy(systems.one);
    expect(await shown()).toEqual({ token: '', otp: '' });
    expect(await generations()).toEqual([[], []]);
  });

  it('a rollback shows the secrets of before again, and removes the new ones', async () => {
    const { id } = await session.start(systems.three, { secrets: secrets('2'), confirmSeconds: 2 });
    expect(await shown()).toEqual({ token: 'token-2', otp: 'otp-2' });
    expect((await whenOver(host, id)).state).toBe('rolled-back');
    expect(await shown()).toEqual(FIRST);
    await expectOneGeneration();
  });

  it('a rollback of the first secrets of a host leaves none', async () => {
    await session.deploy(systems.one);
    const { id } = await session.start(systems.two, { secrets: secrets('2'), confirmSeconds: 2 });
    await whenOver(host, id);
    expect(await shown()).toEqual({ token: '', otp: '' });
    expect(await generations()).toEqual([[], []]);
  });

  it('after a power cut while it waits, the host shows the kept secrets of the last commit', async () => {
    await session.start(systems.three, { secrets: secrets('2') });
    await host.powerCut();
    await host.boot();
    expect(await host.running()).toBe(systems.two);
    expect(await shown()).toEqual({ token: 'token-1', otp: '' });
    await session.deploy(systems.three, { secrets: secrets('3') });
    expect(await shown()).toEqual({ token: 'token-3', otp: 'otp-3' });
    await expectOneGeneration();
  });

  it('after a restart kept secrets are shown again, and those that were in memory count as lost', async () => {
    await session.deploy(systems.two, { secrets: { token: 'token-2' } });
    const before = await filesDigest();
    await host.powerCut();
    await host.boot();
    expect(await shown()).toEqual({ token: 'token-2', otp: '' });
    expect(await filesDigest()).toBe(before);
    await session.deploy(systems.two, { secrets: secrets('1') });
    await host.powerCut();
    await host.boot();
    expect(await shown()).toEqual({ token: 'token-1', otp: '' });
    expect(await filesDigest()).toBe('lost');
    await session.deploy(systems.two, { secrets: secrets('1') });
    expect(await shown()).toEqual(FIRST);
    expect(await filesDigest()).toMatch(/^[0-9a-f]{64}$/);
  });

  it('kept secrets of a deployment with goal boot are shown from the restart on', async () => {
    await session.deploy(systems.three, { goal: 'boot', secrets: { token: 'token-4' } });
    expect(await shown()).toEqual(FIRST);
    await host.powerCut();
    await host.boot();
    expect(await host.running()).toBe(systems.three);
    expect(await shown()).toEqual({ token: 'token-4', otp: '' });
  });

  it('the host rolls its secrets back when the supervisor is killed while it waits', async () => {
    const { id } = await session.start(systems.three, { secrets: secrets('2') });
    await host.kill(Number((await readJournal(host)).supervisor!.split(' ')[0]));
    expect((await whenOver(host, id)).state).toBe('rolled-back');
    expect(await shown()).toEqual(FIRST);
    await expectOneGeneration();
  });

  it.skipIf(shape === 'plain')('a service that needs a secret starts with it, and not without it', async () => {
    expect([await host.unitActive('read-token.service'), await host.unitActive('read-otp.service')]).toEqual([
      true,
      true,
    ]);
    await host.powerCut();
    await host.boot();
    expect([await host.unitActive('read-token.service'), await host.unitActive('read-otp.service')]).toEqual([
      true,
      false,
    ]);
    expect(await host.read('systemctl is-active cdktf-nixos-secrets.service')).toBe('active');
    expect(await host.read('journalctl -b -u cdktf-nixos-secret-otp.service -o cat')).toContain(
      'the secret otp is not on this host; deploy to this host to bring it, with terraform apply -replace if the plan is empty',
    );
    await session.deploy(systems.two, { secrets: secrets('1') });
    expect(await host.unitActive('read-otp.service')).toBe(true);
    expect(await readsOf(host, 'otp')).toEqual(['otp-1']);
  });

  it.skipIf(shape === 'plain')('a restart that goes back shows the kept secrets of the previous system', async () => {
    const { 'boot-id': boot } = await readJournal(host);
    await session.start(systems.three, { secrets: secrets('2'), confirmSeconds: 3 });
    const program = `${systems.two}/bin/switch-to-configuration`;
    await host.read(
      `printf '#!/bin/sh\\nexit 1\\n' >/run/broken; chmod 755 /run/broken; mount --bind /run/broken ${program}`,
    );
    await until('the host has restarted', 60, async () => {
      const seen = (await session.call('inspect')).get('boot-id');
      return seen !== undefined && seen !== boot;
    });
    expect(await host.running()).toBe(systems.two);
    expect(await shown()).toEqual({ token: 'token-1', otp: '' });
  });
});
