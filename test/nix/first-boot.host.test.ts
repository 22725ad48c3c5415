import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootstrapKey } from '../../lib/client/jobs/first-contact/ed25519';
import { userDataWithSeed } from '../../lib/job/user-data';
import { Lab, type LabHost } from '../../lab';
import { keyOf, makeNew, newServerSystem, saidInFirstBoot } from '../first-contact/support/new-server';
import { describeOnShapes } from '../support/describe-with-lab';

const SEED = '3d2cebb8-a685-5a03-ca7e-9e1c053488d8-7475cf43-5884-e3ca-029e-f0ec55d44874';
const DIRECTORY = '/etc/ssh/cdktf-nixos-host-key';

describeOnShapes(['systemd', 'nixos'], 'the first boot of a host (%s)', (shape) => {
  let lab: Lab;
  let host: LabHost;
  let system: string;

  beforeAll(async () => {
    lab = await Lab.create();
    [host, system] = await Promise.all([lab.host({ shape }), newServerSystem()]);
  }, 60_000);

  afterAll(() => lab?.destroy());

  const reboot = async () => {
    await host.powerCut();
    await host.boot();
  };
  const shownKey = async () => {
    const scan = await host.read('ssh-keyscan -t ed25519 127.0.0.1 2>/dev/null | cut -d " " -f 2,3');
    return scan.trim();
  };

  it('a host makes its key of the seed in its user data before sshd starts, and prepares a lasting one', async () => {
    await makeNew(host, system, userDataWithSeed('#cloud-config\nhostname: web', SEED));
    expect([await keyOf(host), await shownKey()]).toEqual([bootstrapKey(SEED), bootstrapKey(SEED)]);
    expect(await host.read('ssh-keygen -y -f /etc/ssh/ssh_host_ed25519_key')).toBe(bootstrapKey(SEED));
    expect(await host.read(`stat -c '%a %U %n' /etc/ssh/ssh_host_ed25519_key ${DIRECTORY} ${DIRECTORY}/next`)).toBe(
      `600 root /etc/ssh/ssh_host_ed25519_key\n700 root ${DIRECTORY}\n600 root ${DIRECTORY}/next`,
    );
    expect(await host.read(`ssh-keygen -y -f ${DIRECTORY}/next`)).not.toBe(bootstrapKey(SEED));
    expect(await saidInFirstBoot(host)).toContain(
      'the host has its bootstrap key, until the first contact: ssh-ed25519 ',
    );
  }, 60_000);

  it('a restart before the first contact changes neither key, also without the metadata service', async () => {
    const next = await host.read(`cat ${DIRECTORY}/next.pub`);
    await reboot();
    expect(await saidInFirstBoot(host)).toContain('the host has its bootstrap key');
    await host.exec('touch /var/lib/no-metadata');
    await reboot();
    await host.exec('rm /var/lib/no-metadata');
    expect(await saidInFirstBoot(host)).toContain('did not answer within 3 s');
    expect([await shownKey(), await host.read(`cat ${DIRECTORY}/next.pub`)]).toEqual([bootstrapKey(SEED), next]);
  }, 60_000);

  it('once the lasting key is taken, no restart makes the bootstrap key again', async () => {
    await host.exec(`: >${DIRECTORY}/taken; rm /etc/ssh/ssh_host_ed25519_key*`);
    await reboot();
    expect(await shownKey()).not.toBe(bootstrapKey(SEED));
    expect(await host.read('systemctl show -p ConditionResult --value cdktf-nixos-first-boot')).toBe('no');
  }, 60_000);

  it('a host without a seed makes a key of its own, and is not asked again', async () => {
    await makeNew(host, system, '#cloud-config\n# cdktf-nixos-first-boot 1 too-short\n');
    const key = await shownKey();
    expect(key).toMatch(/^ssh-ed25519 /);
    expect(await saidInFirstBoot(host)).toContain('the user data has no seed for a host key: nothing is done');
    await host.exec('cat >/var/lib/user-data', userDataWithSeed(undefined, SEED));
    await reboot();
    expect(await shownKey()).toBe(key);
    expect(await saidInFirstBoot(host)).toContain('this is not its first boot, and nothing is done');
  }, 60_000);

  it('a host without user data makes a key of its own', async () => {
    await makeNew(host, system);
    expect(await shownKey()).toMatch(/^ssh-ed25519 /);
    expect((await host.exec(`test -e ${DIRECTORY}`)).exitCode).not.toBe(0);
  }, 60_000);

  it('a host that cannot reach the metadata service says so, starts sshd, and takes the seed in the next boot', async () => {
    await host.exec('touch /var/lib/no-metadata');
    await makeNew(host, system, userDataWithSeed(undefined, SEED));
    expect(await shownKey()).not.toBe(bootstrapKey(SEED));
    expect(await saidInFirstBoot(host)).toContain(
      'so the host has no key by which it is known: the first login will be',
    );
    await host.exec('rm /var/lib/no-metadata');
    await reboot();
    expect(await shownKey()).toBe(bootstrapKey(SEED));
  }, 60_000);
});
