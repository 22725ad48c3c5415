import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Lab, LabHost } from '../../../lab';
import { describeOnShapes } from '../../support/describe-with-lab';
import { until } from '../../../lab/wait';
import { readJournal, whenOver } from '../support/host-journal';
import { expectNoLeftovers } from '../support/host-shape';
import { superviseHost } from '../support/supervised-host';
import type { SupervisorSession } from '../support/supervisor-session';

const SYSTEMS = { one: {}, two: {} };
const JOURNAL = '/var/lib/cdktf-nixos/journal';

describeOnShapes(['systemd', 'plain'], 'a damaged journal on a host of shape %s', (shape) => {
  let lab: Lab;
  let host: LabHost;
  let session: SupervisorSession;
  let systems: { readonly [name in keyof typeof SYSTEMS]: string };

  beforeAll(async () => ({ lab, host, session, systems } = await superviseHost(shape, SYSTEMS)));
  afterAll(() => lab?.destroy());
  beforeEach(async () => {
    // Until it has tidied up, a transaction may not be over.
    await whenOver(host, (await session.deploy(systems.one)).get('transaction')!);
    await host.read(`rm -rf ${JOURNAL}.damaged-*`);
  });

  const bootId = async () => (await session.call('inspect')).get('boot-id')!;

  it.each([
    ['is a directory', `rm ${JOURNAL}; mkdir -p ${JOURNAL}/x`, 'it is not a regular file'],
    ['is a FIFO', `rm ${JOURNAL}; mkfifo ${JOURNAL}`, 'it is not a regular file'],
    ['is a dangling symlink', `rm ${JOURNAL}; ln -s nowhere ${JOURNAL}`, 'it is not a regular file'],
    ['has line ends of Windows', `sed -i 's/$/\\r/' ${JOURNAL}`, 'line 1 is not a line of a journal'],
    ['has one line of 30 MB', `head -c 30000000 /dev/zero >${JOURNAL}`, 'it is larger than 64 KiB'],
    [
      'waits without a previous system',
      `sed -i 's/^state=.*/state=waiting/; s/^previous=.*/previous=/' ${JOURNAL}`,
      'its previous system is not on the host',
    ],
    [
      'waits with a dead previous system',
      `sed -i 's/^state=.*/state=waiting/; s,^previous=.*,&-gone,' ${JOURNAL}`,
      'its previous system is not on the host',
    ],
  ])('a deployment succeeds, and the host does not restart, when the journal %s', async (_, damage, reason) => {
    const before = await bootId();
    await host.read(damage);
    const seen = (await session.call('inspect')).ok();
    expect([seen.get('journal-damage'), seen.get('state'), seen.get('unsettled')]).toEqual([reason, 'none', 'yes']);
    const transaction = await session.start(systems.two);
    expect(transaction.reply.ok().get('state')).toBe('waiting');
    expect((await session.confirm(transaction)).ok().get('state')).toBe('committed');
    expect(await whenOver(host, transaction.id)).toMatchObject({ format: '2', state: 'committed', unsettled: 'no' });
    expect([await host.running(), await bootId()]).toEqual([systems.two, before]);
    expect(await host.read(`ls -d ${JOURNAL}*`)).toBe(`${JOURNAL}\n${JOURNAL}.damaged-1`);
    await expectNoLeftovers(host);
  });

  it('a damaged journal is kept aside when the host is adopted', async () => {
    await host.read(`echo noise >${JOURNAL}`);
    const header = [['toplevel', systems.one] as const, ['files-digest', 'none'] as const];
    expect((await session.call('adopt', header)).ok().get('end')).toBe('adopt');
    expect(await readJournal(host)).toMatchObject({ state: 'committed', committed: systems.one });
    expect(await host.read(`cat ${JOURNAL}.damaged-1`)).toBe('noise');
  });

  it('a damaged journal of a transaction that nobody works on any more does not stop the next deployment', async () => {
    const { id } = await session.start(systems.two);
    await host.read(`sed -i 's/^previous=.*/previous=/' ${JOURNAL}`);
    const pid = Number((await readJournal(host)).supervisor!.split(' ')[0]);
    await host.kill(pid);
    await until('its supervisor has ended', 10, async () => {
      const { exitCode } = await host.exec(`pgrep -f '(ru[n]|finaliz[e]|watc[h]) ${id}'`);
      return exitCode !== 0;
    });
    expect([await host.running(), (await readJournal(host)).id]).toEqual([systems.two, id]);
    await session.deploy(systems.one);
    expect(await host.running()).toBe(systems.one);
    await host.read(`rm -r /run/cdktf-nixos/${id}; ls -d ${JOURNAL}.damaged-1`);
  });
});
