import { afterEach, beforeEach, expect, it } from 'vitest';
import { buildSystem } from '../../../lab/systems/systems';
import { Lab } from '../../../lab';
import { describeWithLab } from '../../support/describe-with-lab';
import { ssh } from '../../../lab/ssh';

/** What every NixOS has in PATH, by one program of each package; and what must not be there. */
const PRESENT = ['ls', 'flock', 'pgrep', 'awk', 'grep', 'sed', 'zstd', 'systemctl', 'nix-store', 'sh', 'mount'];
const ABSENT = ['find', 'xargs', 'perl', 'python3', 'tar', 'gzip', 'curl', 'ip', 'dpkg', 'sshd', 'cmp', 'hostname'];

describeWithLab('a host of the lab', () => {
  let lab: Lab;
  beforeEach(async () => {
    lab = await Lab.create();
  });
  afterEach(() => lab.destroy());

  it.each(['plain', 'systemd', 'nixos'] as const)(
    'a host of shape %s lets its user in, and counts the logins',
    async (shape) => {
      const host = await lab.host({ shape });
      expect(await host.logins()).toBe(0);
      expect(await ssh(host, 'id -un')).toMatchObject({ exitCode: 0, stdout: 'root\n' });
      expect(await host.logins()).toBe(1);
      await host.exec('true');
      expect(await host.logins()).toBe(1);
    },
  );

  it.each(['plain', 'systemd', 'nixos'] as const)(
    'a host of shape %s has an ordinary user with sudo, and fish',
    async (shape) => {
      const host = await lab.host({ shape, login: 'sudo', shell: 'fish' });
      expect((await ssh(host, 'id -un; sudo -n id -un; echo $FISH_VERSION')).stdout).toMatch(/^deployer\nroot\n\d/);
    },
  );

  it('a host does not let in anyone else', async () => {
    const host = await lab.host({ shape: 'plain' });
    const result = await ssh(host, 'true', { settings: ['PubkeyAuthentication=no'] });
    expect(result).toMatchObject({ exitCode: 255, stderr: expect.stringContaining('Permission denied') });
  });

  it.each(['systemd', 'nixos'] as const)('a host of shape %s runs systemd without a failed unit', async (shape) => {
    const host = await lab.host({ shape });
    expect(await host.read('systemctl is-system-running')).toBe('running');
    expect(await host.read('cat /proc/1/comm')).toBe('systemd');
    await host.read('systemd-run --wait --quiet true');
  });

  it.each(['plain', 'systemd', 'nixos'] as const)(
    'a host of shape %s boots the system that is installed',
    async (shape) => {
      const host = await lab.host({ shape });
      const system = await buildSystem({ networking: { hostName: 'installed' } });
      await host.install(system);
      expect([await host.running(), await host.profile(), await host.bootDefault()]).toEqual([system, system, system]);
      expect(await host.generation()).toBe(1);
      expect(await host.etc()).toBe(await host.read(`readlink -f ${system}/etc`));
      expect(await ssh(host, 'hostname 2>/dev/null || cat /proc/sys/kernel/hostname')).toMatchObject({
        stdout: 'installed\n',
      });
      expect(await host.unitActive('sshd.service')).toBe(true);
      expect(await host.unitActive('nothing.service')).toBe(false);
    },
  );

  it('a host of shape nixos has exactly what every NixOS has', async () => {
    const host = await lab.host({ shape: 'nixos' });
    const found = (
      await ssh(host, `for p in ${[...PRESENT, ...ABSENT].join(' ')}; do command -v $p >/dev/null && echo $p; done`)
    ).stdout;
    expect(found.trim().split('\n')).toEqual(PRESENT);
    expect(await host.read('ls /bin /usr/bin')).toBe('/bin:\nsh\n\n/usr/bin:\nenv');
    expect(await host.read('readlink -f /bin/sh')).toBe('/lab/usr/bin/bash');
  });

  it('a host keeps its disk and loses /run in a power cut', async () => {
    const host = await lab.host({ shape: 'plain' });
    await host.read('echo kept >/var/lib/kept; echo lost >/run/lost; iptables -A INPUT -p udp -j DROP');
    const before = await host.read('cat /proc/sys/kernel/random/boot_id');
    await host.powerCut();
    await expect(host.exec('true')).rejects.toThrow(`${host.name} is off`);
    await host.boot();
    expect(await host.read('cat /var/lib/kept; ls /run')).not.toContain('lost');
    expect(await host.read('cat /var/lib/kept')).toBe('kept');
    expect(await host.read('cat /proc/sys/kernel/random/boot_id')).not.toBe(before);
    expect(await host.read('iptables -S INPUT')).toBe('-P INPUT ACCEPT');
  });

  it('a host with an ext4 disk loses in a power cut what was not synced', async () => {
    const host = await lab.host({ shape: 'plain', disk: 'ext4', storeMib: 64 });
    await host.read('echo synced >/nix/synced; sync -f /nix; echo unsynced >/nix/unsynced; sync -d /nix/synced');
    await host.powerCut();
    await host.boot();
    expect(await host.read('cat /nix/synced; cat /nix/unsynced 2>/dev/null; true')).toBe('synced');
  });

  it.each(['systemd', 'nixos'] as const)('a host of shape %s restarts when it is told to', async (shape) => {
    const host = await lab.host({ shape });
    await host.read('touch /run/before');
    await host.exec('systemctl reboot');
    await expect.poll(() => host.boots, { timeout: 30_000 }).toBe(2);
    expect((await host.exec('[ -e /run/before ]')).exitCode).toBe(1);
    expect(await ssh(host, 'true')).toMatchObject({ exitCode: 0 });
  });

  it('a host has a disk of the size that was asked for', async () => {
    const host = await lab.host({ shape: 'plain', storeMib: 32 });
    expect(await host.exec('dd if=/dev/zero of=/nix/big bs=1M count=33')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('No space left'),
    });
    await host.read('rm /nix/big');
    await host.fillStore(2);
    expect(Number(await host.read('df --output=avail --block-size=1M /nix | tail -n 1'))).toBe(2);
    await host.emptyStore();
  });

  it('a host kills one process by its PID inside', async () => {
    const host = await lab.host({ shape: 'plain' });
    await host.read('setsid sleep 4711 >/dev/null 2>&1 &');
    const [pid] = await host.processes('^sleep 4711$');
    await host.kill(pid!);
    expect(await host.processes('^sleep 4711$')).toEqual([]);
  });

  it('a host has a hash that changes with its configuration and not with time or logins', async () => {
    const host = await lab.host({ shape: 'nixos', shell: 'fish' });
    await host.install(await buildSystem());
    const before = await host.treeHash();
    await ssh(host, 'nix-store --version');
    expect(await host.treeHash()).toBe(before);
    for (const change of [
      'echo >/etc/new',
      'chmod 600 /etc/new',
      'rm /etc/new',
      'mkdir /var/lib/x',
      'ln -s x /nix/var/nix/gcroots/x',
    ]) {
      const last = await host.treeHash();
      await host.read(change);
      expect(await host.treeHash(), change).not.toBe(last);
    }
    await host.read('rmdir /var/lib/x; rm /nix/var/nix/gcroots/x');
    expect(await host.treeHash()).toBe(before);
  });
});
