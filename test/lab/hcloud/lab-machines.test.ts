import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Lab, type LabHost } from '../../../lab';
import { mustRun } from '../../../lab/command';
import { HcloudDouble, LabMachines } from '../../../lab/hcloud';
import { traces } from '../../../lab/keeper/traces';
import { ssh, sshArguments } from '../../../lab/ssh';
import { buildSystem } from '../../../lab/systems/systems';
import { describeWithLab } from '../../support/describe-with-lab';
import { ApiClient } from './support/api-client';
import { rawImage } from './support/raw-image';

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
    const command = 'blkdiscard --force /dev/sda && zstd -dc | dd of=/dev/sda bs=4M conv=sparse && sync';
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
    expect(existsSync(`/sys/class/net/${host.network.link}`)).toBe(false);
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
    const system = await buildSystem({ networking: { hostName: 'from-image' } });
    const image = await upload(await rawImage(path.join(folder, 'image'), system));
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

  it('nothing of the servers is left when the lab has ended', async () => {
    const id = await api.server({ ssh_keys: [key] });
    const { network } = await up('web');
    await api.command(`/servers/${id}/actions/enable_rescue`, { ssh_keys: [key] });
    await api.command(`/servers/${id}/actions/reset`);
    await up('web');
    await lab.destroy();
    expect(traces(lab.directory, [network.link])).toEqual([]);
    expect(await mustRun('losetup', ['--list', '--noheadings', '--output', 'BACK-FILE'])).not.toContain(lab.directory);
  });
});
