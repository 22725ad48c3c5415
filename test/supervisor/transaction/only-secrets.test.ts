import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Lab, LabHost } from '../../../lab';
import { describeWithLab } from '../../support/describe-with-lab';
import { readJournal, whenOver } from '../support/host-journal';
import { readsOf, secretOn, systemWithSecrets } from '../support/secrets';
import { superviseHost } from '../support/supervised-host';
import type { StartOptions, SupervisorSession } from '../support/supervisor-session';

/** Counts each use of its program for switching: checks, activations, and installations of the boot loader. */
const ONE = {
  ...systemWithSecrets(['token']),
  system: {
    activationScripts: { count: 'echo activation >>/run/switches' },
    preSwitchChecks: { count: 'echo check >>/run/switches' },
  },
};
const TWO = { ...systemWithSecrets(['token', 'other']), environment: { etc: { changed: { text: 'x' } } } };
/** Its switch restarts the service by itself. */
const RESTARTS = systemWithSecrets(['token'], { restartTriggers: ['x'] });

/** `read-token` comes after `read-other`. */
const ORDERED = systemWithSecrets(['token', 'other'], {}, { 'read-token': ['read-other.service'] });

const VALUES = { some: '1' };
const RESTART = ['secret token read-token.service'];

describeWithLab('a change of secrets alone', () => {
  let lab: Lab;
  let host: LabHost;
  let session: SupervisorSession;
  let one: string;
  let two: string;
  let restarts: string;
  let ordered: string;
  let before: string;
  let reads: string[];

  beforeAll(async () => {
    const supervised = await superviseHost('systemd', { one: ONE, two: TWO, restarts: RESTARTS, ordered: ORDERED });
    ({ lab, host, session } = supervised);
    ({ one, two, restarts, ordered } = supervised.systems);
  });
  afterAll(() => lab?.destroy());
  beforeEach(async () => {
    await session.deploy(one, { secrets: { token: 'token-1', other: 'x' }, values: VALUES });
    before = await switches();
    reads = await readsOf(host, 'token');
  });

  /** Everything that NixOS's program would change. */
  const switches = () =>
    host.read('cat /run/switches; stat -c %i.%Z /boot/default; ls -l --time-style=full-iso /nix/var/nix/profiles');

  it('one transaction with a login, no switch, and only the units that are named are restarted', async () => {
    const secrets = { token: 'token-2', other: 'x' };
    const restarts = [...RESTART, 'secret other sshd.service'];
    const transaction = await session.start(one, { secrets, values: VALUES, restarts });
    expect(transaction.reply.ok().get('state')).toBe('waiting');
    expect(transaction.reply.get('restarts')).toBe('read-token.service ');
    expect(transaction.reply.get('unswitched')).toBe('yes');
    expect((await session.call('status', [['id', transaction.id]])).ok().get('unswitched')).toBe('yes');
    expect(await readsOf(host, 'token')).toEqual([...reads, 'token-2']);
    expect((await session.confirm(transaction)).ok().get('state')).toBe('committed');
    const journal = await whenOver(host, transaction.id);
    expect(journal).toMatchObject({ state: 'committed', unswitched: transaction.id, 'boot-begun': 'no' });
    expect(await switches()).toBe(before);
    expect((await session.call('inspect')).ok().get('boots')).toBe('yes');
  });

  it('units that are named are reloaded', async () => {
    const main = () => host.read('systemctl show --property=MainPID read-token.service');
    const process = await main();
    const secrets = { token: 'token-2', other: 'x' };
    const reloads = ['secret token read-token.service', 'secret other sshd.service'];
    const transaction = await session.start(one, { secrets, values: VALUES, reloads });
    expect(transaction.reply.get('reloads')).toBe('read-token.service ');
    expect(await readsOf(host, 'token')).toEqual([...reads, 'token-2']);
    expect(await main()).toBe(process);
    (await session.confirm(transaction)).ok();
    await whenOver(host, transaction.id);
  });

  it('a unit that has failed is restarted, also when its secret says reload', async () => {
    await host.read('systemctl kill --signal=KILL --kill-who=main read-token.service; sleep 1');
    expect(await host.read('systemctl is-failed read-token.service || true')).toBe('failed');
    const secrets = { token: 'token-2', other: 'x' };
    await session.deploy(one, { secrets, values: VALUES, reloads: ['secret token read-token.service'] });
    expect(await host.unitActive('read-token.service')).toBe(true);
    expect(await readsOf(host, 'token')).toEqual([...reads, 'token-2']);
  });

  it('secrets that arrive as they were, from another source, switch and restart nothing', async () => {
    const digest = async () => (await session.call('inspect')).ok().get('files-digest');
    const first = await digest();
    await session.deploy(one, {
      secrets: { token: { content: 'token-1' }, other: 'x' },
      values: VALUES,
      restarts: RESTART,
    });
    expect(await digest()).not.toBe(first);
    expect(await switches()).toBe(before);
    expect(await readsOf(host, 'token')).toEqual(reads);
  });

  it('a unit that cannot be reloaded rolls the host back', async () => {
    const secrets = { token: 'token-2', other: 'x' };
    const { id, reply } = await session.start(one, { secrets, values: VALUES, reloads: ['secret token cdktf-nixos-secret-token.service'] }); // prettier-ignore
    expect([reply.get('state'), reply.get('reason')]).toEqual([
      'rolled-back',
      'these units cannot be reloaded, and their delivered files changed: cdktf-nixos-secret-token.service',
    ]);
    await whenOver(host, id);
    expect(await secretOn(host, 'token')).toBe('token-1');
  });

  it('without a login the host goes back, without a switch, too', async () => {
    const secrets = { token: 'token-2', other: 'x' };
    const { id } = await session.start(one, { secrets, values: VALUES, restarts: RESTART, confirmSeconds: 2 });
    expect((await whenOver(host, id)).state).toBe('rolled-back');
    expect(await readsOf(host, 'token')).toEqual([...reads, 'token-2', 'token-1']);
    expect(await secretOn(host, 'token')).toBe('token-1');
    expect(await switches()).toBe(before);
  });

  it('a host whose supervisor is killed while it waits goes back without a switch, too', async () => {
    const { id } = await session.start(one, { secrets: { token: 'token-2', other: 'x' }, values: VALUES });
    await host.kill(Number((await readJournal(host)).supervisor!.split(' ')[0]));
    expect((await whenOver(host, id)).state).toBe('rolled-back');
    expect(await secretOn(host, 'token')).toBe('token-1');
    expect(await switches()).toBe(before);
  });

  it('after a power cut in the commit, before the journal has it, the host does not count as up to date', async () => {
    const secrets = { token: 'token-2', other: 'x' };
    const { id } = await session.start(one, { secrets, values: VALUES });
    await host.read(`ln -sfn ${id} /var/lib/cdktf-nixos/values/committed; sync /var/lib/cdktf-nixos/values`);
    await host.powerCut();
    await host.boot();
    expect(await secretOn(host, 'token')).toBe('token-2');
    const next = await session.start(one, { secrets: { token: 'token-1', other: 'x' }, confirmSeconds: 1 });
    expect((await whenOver(host, next.id)).state).toBe('rolled-back');
    expect(await secretOn(host, 'token')).toBe('token-2');
    expect((await session.call('inspect')).ok().get('unsettled')).toBe('yes');
  });

  it.each<readonly [what: string, options: StartOptions, prepare: (other: string) => string]>([
    ['a value changed, too', { values: { some: '2' } }, () => ':'],
    ['a secret is new', { secrets: { token: 'token-2', other: 'x', third: 'y' } }, () => ':'],
    ['a secret goes', { secrets: { token: 'token-2' } }, () => ':'],
    ['somebody removed a secret', {}, () => 'rm /run/cdktf-nixos-secrets/current/other'],
    ['somebody changed what boots', {}, () => 'echo >>/boot/default'],
    ['/etc is of another system', {}, (other) => `ln -sfn ${other}/etc /etc/static`],
  ])('the system is switched to when %s', async (_, options, prepare) => {
    await host.read(prepare(two));
    await session.deploy(one, { secrets: { token: 'token-2', other: 'x' }, values: VALUES, ...options });
    expect(await switches()).not.toBe(before);
    expect((await readJournal(host)).unswitched).toBe('');
    expect(await secretOn(host, 'token')).toBe('token-2');
  });

  it('units are restarted once, in the order that the system gives them', async () => {
    const restarts = ['secret token read-token.service', 'secret token read-other.service'];
    await session.deploy(ordered, { secrets: { token: 'token-1', other: 'x' }, values: VALUES, restarts });
    const started = () => host.read(`for unit in read-other read-token; do systemctl show --property=ActiveEnterTimestampMonotonic --value $unit; done`); // prettier-ignore
    const [tokens, others] = [await readsOf(host, 'token'), await readsOf(host, 'other')];
    await session.deploy(ordered, { secrets: { token: 'token-2', other: 'y' }, values: VALUES, restarts });
    const [first, second] = (await started()).split('\n').map(Number);
    expect(second).toBeGreaterThan(first!);
    expect(await readsOf(host, 'token')).toEqual([...tokens, 'token-2']);
    expect(await readsOf(host, 'other')).toEqual([...others, 'y']);
  });

  it('a unit that the switch itself restarts is not restarted again, and one that it leaves alone is', async () => {
    await session.deploy(two, { secrets: { token: 'token-2', other: 'x' }, values: VALUES, restarts: RESTART });
    expect(await readsOf(host, 'token')).toEqual([...reads, 'token-2']);
    const changed = { secrets: { token: 'token-3', other: 'x' }, values: VALUES, restarts: RESTART };
    await session.deploy(restarts, changed);
    expect(await readsOf(host, 'token')).toEqual([...reads, 'token-2', 'token-3']);
  });
});
