import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Lab, LabHost } from '../../../lab';
import { describeOnShapes } from '../../support/describe-with-lab';
import { readJournal } from '../support/host-journal';
import { superviseHost } from '../support/supervised-host';
import type { SupervisorSession } from '../support/supervisor-session';

const STATE = '/var/lib/cdktf-nixos';

/** A system whose activation runs this. */
const activating = (text: string) => ({ system: { activationScripts: { printed: text } } });

const SYSTEMS = {
  one: {},
  // To the last byte: it ends when the disk is full. What it prints fills the room that the log has already, so that the
  // messages of the program that switches would fail, and end it.
  fills: activating(`cat /dev/zero >${STATE}/filler 2>/dev/null || true; yes a line | head -c 9000 || true`),
  // And takes the room that was kept.
  fillsAll: activating(`rm -f ${STATE}/spare; cat /dev/zero >${STATE}/filler 2>/dev/null || true`),
  prints: activating('echo the first line; yes a line | head -c 300000000; echo; echo the last line'),
};

describeOnShapes(['systemd', 'plain'], 'a host of shape %s whose disk is full', (shape) => {
  let lab: Lab;
  let host: LabHost;
  let session: SupervisorSession;
  let systems: { readonly [name in keyof typeof SYSTEMS]: string };

  beforeAll(async () => {
    ({ lab, host, session, systems } = await superviseHost(shape, SYSTEMS));
  });
  afterAll(() => lab?.destroy());
  beforeEach(async () => {
    await host.read(`mkdir -p ${STATE}; mount -t tmpfs -o size=12m,mode=755 none ${STATE}`);
  });
  afterEach(async () => {
    await host.read(`rm -f /run/cdktf-nixos/journal; umount -l ${STATE}`);
  });

  it('a transaction that fills the disk of its journal ends as any other', async () => {
    const transaction = await session.start(systems.fills);
    expect(transaction.reply.ok().get('state')).toBe('waiting');
    expect((await session.confirm(transaction)).ok().get('state')).toBe('committed');
    expect(await readJournal(host)).toMatchObject({ id: transaction.id, state: 'committed' });
    expect(await host.running()).toBe(systems.fills);
    await host.read(`rm ${STATE}/filler`);
    await session.deploy(systems.one);
  });

  it('a transaction whose journal cannot be written tells within seconds that it rolled back', async () => {
    const begun = Date.now();
    const { id, reply } = await session.start(systems.fillsAll);
    expect(reply.ok().get('state')).toBe('rolled-back');
    expect(reply.get('reason-code')).toBe('journal-failed');
    expect(Date.now() - begun).toBeLessThan(30_000);
    expect(await host.running()).toBe(systems.one);
    const status = (await session.call('status', [['id', id]])).ok();
    expect([status.get('transaction'), status.get('state')]).toEqual([id, 'rolled-back']);
    expect((await session.call('inspect')).ok().get('state')).toBe('rolled-back');
  });

  it('an activation that prints 300 MB fills no disk', async () => {
    const transaction = await session.start(systems.prints, { activationSeconds: 100 });
    expect(transaction.reply.ok().get('state')).toBe('waiting');
    const log = `${STATE}/log/${transaction.id}.log`;
    expect(Number(await host.read(`stat -c %s ${log}`))).toBeLessThan(2_200_000);
    expect(await host.read(`grep -c 'the first line' ${log}; grep -c 'the last line' ${log}`)).toBe('1\n1');
    await session.confirm(transaction);
    await session.deploy(systems.one);
  });
});
