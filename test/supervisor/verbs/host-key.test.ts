import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Lab, type LabHost } from '../../../lab';
import { describeWithLab } from '../../support/describe-with-lab';
import { SupervisorSession } from '../support/supervisor-session';

/** Not the key of sshd itself: the test logs in all the time. */
const KEY = '/etc/kept/key';
const DIRECTORY = '/etc/kept/cdktf-nixos-host-key';

describeWithLab('the verbs of the host key', () => {
  let lab: Lab;
  let host: LabHost;
  let session: SupervisorSession;

  beforeAll(async () => {
    lab = await Lab.create();
    host = await lab.host({ shape: 'plain' });
    session = new SupervisorSession(host);
    await host.read('touch /etc/NIXOS');
  }, 60_000);
  afterAll(() => lab?.destroy());

  /** A host after its first boot: with a bootstrap key, and a lasting one beside it. */
  beforeEach(async () => {
    await host.read(
      `rm -rf ${DIRECTORY} ${KEY}*; mkdir -p /etc/cdktf-nixos /etc/kept; mkdir -m 700 ${DIRECTORY}; echo ${KEY} >/etc/cdktf-nixos/host-key
       for file in ${KEY} ${DIRECTORY}/next ${DIRECTORY}/held; do ssh-keygen -q -t ed25519 -N '' -C '' -f $file; done`,
    );
  });

  const publicOf = (file: string) => host.read(`cut -d ' ' -f 1,2 ${file}.pub`);
  const privateOf = (file: string) => host.read(`ssh-keygen -y -f ${file}`);
  const take = (publicKey: string) => session.call('takekey', [['public-key', publicKey]]);

  it('hostkey reports the key that the host has and the one that waits', async () => {
    const reply = await session.call('hostkey', []);
    expect([reply.get('key'), reply.get('next-key'), reply.get('end')]).toEqual([
      await publicOf(KEY),
      await publicOf(`${DIRECTORY}/next`),
      'hostkey',
    ]);
  });

  it("takekey makes the lasting key the host's, and does nothing more the second time", async () => {
    const lasting = await publicOf(`${DIRECTORY}/next`);
    expect((await take(lasting)).get('end')).toBe('takekey');
    expect([await publicOf(KEY), await privateOf(KEY)]).toEqual([lasting, lasting]);
    expect(await host.read(`ls ${DIRECTORY} && stat -c %a ${KEY} ${KEY}.pub`)).toBe('held\nheld.pub\ntaken\n600\n644');
    expect((await take(lasting)).get('end')).toBe('takekey');
    expect((await session.call('hostkey', [])).get('next-key')).toBeUndefined();
  });

  it('takekey completes what was cut off between the two halves of the key', async () => {
    const lasting = await publicOf(`${DIRECTORY}/next`);
    await host.read(`: >${DIRECTORY}/taken; cp ${DIRECTORY}/next.pub ${KEY}.pub`);
    expect((await take(lasting)).get('end')).toBe('takekey');
    expect(await privateOf(KEY)).toBe(lasting);
  });

  it('takekey refuses a key that the host has not prepared, and changes nothing', async () => {
    const [bootstrap, held] = [await publicOf(KEY), await publicOf(`${DIRECTORY}/held`)];
    expect((await take(held)).get('error')).toBe('failed the host has prepared another lasting key');
    await host.read(`rm ${DIRECTORY}/next*`);
    expect((await take(held)).get('error')).toBe('failed the host has another key');
    expect([await publicOf(KEY), await privateOf(KEY)]).toEqual([bootstrap, bootstrap]);
    expect((await host.exec(`test -e ${DIRECTORY}/taken`)).exitCode).toBe(1);
  });

  it('givekey replaces the prepared key by one that arrives, as a whole', async () => {
    const [publicKey, text] = [await publicOf(`${DIRECTORY}/held`), `${await host.read(`cat ${DIRECTORY}/held`)}\n`];
    const give = (length: number) =>
      session.call(
        'givekey',
        [
          ['public-key', publicKey],
          ['length', String(length)],
        ],
        text,
      );
    const prepared = await publicOf(`${DIRECTORY}/next`);
    expect((await give(text.length + 1)).get('error')).toBe('bad-request the key did not arrive completely');
    expect(await privateOf(`${DIRECTORY}/next`)).toBe(prepared);
    expect((await give(text.length)).get('end')).toBe('givekey');
    expect([await publicOf(`${DIRECTORY}/next`), await privateOf(`${DIRECTORY}/next`)]).toEqual([publicKey, publicKey]);
    expect(await host.read(`stat -c %a ${DIRECTORY}/next`)).toBe('600');
  });

  it('a host without the module, or that took no key from a seed, is refused', async () => {
    await host.read(`rm -r ${DIRECTORY}`);
    const noSeed = 'no-first-boot the host did not make its key of the seed in its user data';
    expect((await session.call('hostkey', [])).get('error')).toBe(noSeed);
    await host.read('rm /etc/cdktf-nixos/host-key');
    const noModule = 'no-first-boot the system of the host does not have cdktf-nixos.firstBoot.enable = true';
    expect((await session.call('hostkey', [])).get('error')).toBe(noModule);
  });
});
