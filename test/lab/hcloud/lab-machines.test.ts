import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Lab, type LabHost } from '../../../lab';
import { mustRun } from '../../../lab/command';
import { HcloudDouble, LabMachines } from '../../../lab/hcloud';
import { traces } from '../../../lab/keeper/traces';
import { ssh, sshArguments } from '../../../lab/ssh';
import { buildImage, buildSystem } from '../../../lab/systems/systems';
import { describeWithLab } from '../../support/describe-with-lab';
import { ApiClient } from './support/api-client';

describeWithLab('servers of the double that are hosts of a lab', () => {
  let folder: string;
  let lab: Lab;
  let machines: LabMachines;
  let double: HcloudDouble;
  let api: ApiClient;
  /** Who logs in. */
  let identityFile: string;
  let key: number;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'lab-machines-'));
    identityFile = path.join(folder, 'id');
    await mustRun('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', identityFile]);
    lab = await Lab.create();
    machines = new LabMachines(lab);
    double = await HcloudDouble.start({ machines, actionMilliseconds: 20 });
    api = new ApiClient(double);
    const public_key = readFileSync(`${identityFile}.pub`, 'utf8');
    key = (await api.post('/ssh_keys', { name: 'me', public_key })).body.ssh_key.id;
  });

  afterEach(async () => {
    await double.stop();
    await lab.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The host behind a server, once it answers. */
  async function up(server: string): Promise<LabHost> {
    await expect.poll(() => machines.host(server)?.boots, { timeout: 30_000 }).toBeGreaterThan(0);
    return machines.host(server)!;
  }

  async function addressOf(id: number): Promise<string> {
    return (await api.get(`/servers/${id}`)).body.server.public_net.ipv4.ip;
  }

  function login(host: LabHost) {
    const { name, address, user, hostKey } = host;
    return { name, address, user, hostKey, identityFile };
  }

  /** Streams an image to the disk of a server by its rescue system, as an upload does. @returns a snapshot of it */
  async function upload(image: string): Promise<number> {
    const id = await api.server({ name: 'builder', start_after_create: false });
    await api.command(`/servers/${id}/actions/enable_rescue`, { ssh_keys: [key] });
    await api.command(`/servers/${id}/actions/poweron`);
    const rescue = login(await up('builder'));
    const command =
      'blkdiscard --force /dev/sda 2>/dev/null && zstd -dc | dd of=/dev/sda bs=4M conv=sparse status=none && sync';
    const zstd = spawn('zstd', ['-c', image], { stdio: ['ignore', 'pipe', 'inherit'] });
    const sent = spawn('ssh', sshArguments(rescue, command), { stdio: [zstd.stdout, 'ignore', 'inherit'] });
    expect((await once(sent, 'exit'))[0]).toBe(0);
    await api.command(`/servers/${id}/actions/poweroff`);
    const { body } = await api.post(`/servers/${id}/actions/create_image`);
    expect(await api.settled([body.action])).toMatchObject([{ status: 'success' }]);
    await api.settled([(await api.ask('DELETE', `/servers/${id}`)).body.action]);
    return body.image.id;
  }

  it('a server of a distribution of the cloud lets in the keys that it was given', async () => {
    const id = await api.server({ ssh_keys: [key] });
    const host = await up('web');
    expect(host.address).toBe(await addressOf(id));
    expect(await ssh(login(host), 'hostname')).toMatchObject({ exitCode: 0, stdout: 'web\n' });
    expect(await ssh(host, 'true')).toMatchObject({ exitCode: 255 });
    await api.settled([(await api.ask('DELETE', `/servers/${id}`)).body.action]);
    expect(machines.host('web')).toBeUndefined();
    expect(['hosts', 'servers'].flatMap((name) => readdirSync(path.join(lab.directory, name)))).toEqual([]);
    // The kernel takes a network namespace away some moments after its last process.
    await expect.poll(() => existsSync(`/sys/class/net/${host.network.link}`)).toBe(false);
  });

  it('a server asks the metadata service about itself', async () => {
    const id = await api.server({ ssh_keys: [key], user_data: 'line 1\nline 2', location: 'hel1' });
    const host = await up('web');
    const ask = async (what: string) => {
      const fetch = `exec 3<>/dev/tcp/169.254.169.254/80; printf 'GET /hetzner/v1/${what} HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3`;
      const { stdout } = await host.exec('bash', fetch);
      return stdout.slice(stdout.indexOf('\r\n\r\n') + 4);
    };
    expect(await ask('metadata/instance-id')).toBe(String(id));
    expect(await ask('userdata')).toBe('line 1\nline 2');
    expect(await ask('metadata')).toContain('hostname: web\nregion: eu-central\navailability-zone: hel1-dc1\n');
    expect(JSON.parse(await ask('metadata/public-keys'))).toEqual([readFileSync(`${identityFile}.pub`, 'utf8').trim()]);
  });

  it('an image that is written in the rescue system boots on servers that differ in key and machine id', async () => {
    const config = { networking: { hostName: 'from-image' } };
    const system = await buildSystem(config);
    const image = await upload(await buildImage(config));
    await api.server({ name: 'a', image });
    await api.server({ name: 'b', image });
    const hosts = [await up('a'), await up('b')];
    for (const host of hosts) {
      expect(await host.running()).toBe(system);
      expect(await ssh(host, 'hostname 2>/dev/null || cat /proc/sys/kernel/hostname')).toMatchObject({
        exitCode: 0,
        stdout: 'from-image\n',
      });
      await host.read(`nix-store --verify-path ${system}`);
    }
    expect(new Set(hosts.map((host) => host.hostKey)).size).toBe(2);
    expect(new Set(hosts.map((host) => host.readDisk('/etc/machine-id'))).size).toBe(2);
  }, 120_000);

  it('the rescue system has a key of its own at each start and lets in only who was named', async () => {
    const id = await api.server({ ssh_keys: [key] });
    const own = (await up('web')).hostKey;
    const keys = [own];
    for (let index = 0; index < 2; index += 1) {
      await api.command(`/servers/${id}/actions/enable_rescue`, { ssh_keys: [key] });
      await api.command(`/servers/${id}/actions/reset`);
      const rescue = await up('web');
      expect(await ssh(login(rescue), 'test -b /dev/sda && blockdev --getsize64 /dev/sda')).toMatchObject({
        stdout: `${40 * 1024 ** 3}\n`,
      });
      expect(await ssh(rescue, 'true')).toMatchObject({ exitCode: 255 });
      keys.push(rescue.hostKey);
    }
    expect(new Set(keys).size).toBe(3);
  });

  it('a disk without anything that boots leaves a server on that nobody reaches', async () => {
    const id = await api.server({ ssh_keys: [key] });
    await up('web');
    await api.command(`/servers/${id}/actions/enable_rescue`, { ssh_keys: [key] });
    await api.command(`/servers/${id}/actions/reset`);
    await ssh(login(await up('web')), 'blkdiscard /dev/sda && sync');
    await api.command(`/servers/${id}/actions/reset`);
    expect((await api.get(`/servers/${id}`)).body.server.status).toBe('running');
    expect(machines.host('web')).toBeUndefined();
  });

  it('a primary IP leads to the server that has it', async () => {
    const { body } = await api.post('/primary_ips', { name: 'ip', type: 'ipv4', location: 'fsn1' });
    const { id, ip } = body.primary_ip;
    const rest = { ssh_keys: [key], public_net: { enable_ipv4: true, ipv4: id, enable_ipv6: false } };
    const first = await api.server({ ...rest, name: 'first' });
    expect(await ssh(login(await up('first')), 'hostname')).toMatchObject({ stdout: 'first\n' });
    await api.settled([(await api.ask('DELETE', `/servers/${first}`)).body.action]);
    await api.server({ ...rest, name: 'second' });
    const host = await up('second');
    expect(host.address).toBe(ip);
    expect(await ssh(login(host), 'hostname')).toMatchObject({ stdout: 'second\n' });
  });

  it('a stranger answers at the address of a server until he leaves', async () => {
    await api.server({ ssh_keys: [key] });
    const own = login(await up('web'));
    const { host, leave } = await machines.stranger('web');
    expect(host.address).toBe(own.address);
    expect((await ssh(own, 'true')).stderr).toContain('Host key verification failed');
    expect(await ssh(host, 'true')).toMatchObject({ exitCode: 0 });
    await leave();
    expect(await ssh(own, 'hostname')).toMatchObject({ exitCode: 0, stdout: 'web\n' });
  });

  it('a server that turns itself off is off, and starts again with what it had', async () => {
    const image = await upload(await buildImage({ networking: { hostName: 'from-image' } }));
    const id = await api.server({ image });
    const status = async () => (await api.get(`/servers/${id}`)).body.server.status;
    const host = await up('web');
    await host.read('echo kept >/var/lib/kept');
    await host.exec('systemctl poweroff');
    await expect.poll(status, { timeout: 20_000 }).toBe('off');
    await api.command(`/servers/${id}/actions/poweron`);
    await expect.poll(() => host.boots, { timeout: 30_000 }).toBe(2);
    expect(await status()).toBe('running');
    expect(await host.read('cat /var/lib/kept')).toBe('kept');
  }, 120_000);

  it('nothing of the servers is left when the lab has ended', async () => {
    const id = await api.server({ ssh_keys: [key] });
    const { network } = await up('web');
    await api.command(`/servers/${id}/actions/enable_rescue`, { ssh_keys: [key] });
    await api.command(`/servers/${id}/actions/reset`);
    await up('web');
    await lab.destroy();
    expect(await left(lab.directory, network.link)).toEqual([]);
  });

  it('nothing of the servers is left when their process is killed', async () => {
    const program = path.join(__dirname, 'support', 'process-with-servers.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(createInterface(child.stdout), 'line');
    const stranger = JSON.parse(line) as { lab: string; link: string };
    expect((await left(stranger.lab, stranger.link)).length).toBeGreaterThan(3);
    child.kill('SIGKILL');
    await expect.poll(() => left(stranger.lab, stranger.link), { timeout: 10_000 }).toEqual([]);
  });
});

/** What there is of a lab, its loop devices included. */
async function left(lab: string, link: string): Promise<string[]> {
  const devices = (await mustRun('losetup', ['--list', '--noheadings', '--output', 'BACK-FILE'])).split('\n');
  return [...traces(lab, [link]), ...devices.filter((file) => file.startsWith(lab))];
}
