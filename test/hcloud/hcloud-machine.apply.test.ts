import { TerraformOutput, type TerraformStack, Token } from 'cdktf';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { HcloudDouble } from '../../lab/hcloud';
import { Network } from '../../lib/hcloud/bindings/network';
import { NetworkSubnet } from '../../lib/hcloud/bindings/network-subnet';
import { HcloudMachine, type HcloudMachineProps, HcloudPublicAddress, HcloudVolumeFormat } from '../../lib/hcloud';
import { hcloudProviderMissing } from '../../scripts/setup/providers/hcloud-provider.mjs';
import { describeUnless } from '../support/describe-unless';
import { ed25519 } from '../support/public-keys';
import { CloudApp } from './support/cloud-app';
import { UploadedImage, type UploadedImageProps } from './support/uploaded-image';

// Each test starts terraform up to twelve times.
vi.setConfig({ testTimeout: 300_000 });

describeUnless(hcloudProviderMissing(), 'a machine at Hetzner Cloud, by the real provider', () => {
  let cloud: HcloudDouble;
  let app: CloudApp;

  beforeEach(async () => {
    cloud = await HcloudDouble.start();
    app = new CloudApp(cloud);
  });

  afterEach(async () => {
    app.remove();
    await cloud.stop();
  });

  function machine(stack: TerraformStack, props: Partial<HcloudMachineProps> = {}, uploaded: UploadedImageProps = {}) {
    const image = new UploadedImage(stack, 'image', { imageId: 'ubuntu-24.04', ...uploaded });
    return new HcloudMachine(stack, 'web', { image, serverType: 'cx23', location: 'nbg1', ...props });
  }

  /** The servers that are there, by the API's own record. */
  function servers() {
    return cloud.left.filter(({ type }) => type === 'servers');
  }

  it('a machine with everything is made, changes nothing in the next plan, and leaves nothing when it is destroyed', async () => {
    await app.write((stack) => {
      const subnet = network(stack);
      machine(stack, {
        sshKeys: [ed25519()],
        sshFrom: ['203.0.113.7'],
        firewall: [{ from: ['0.0.0.0/0', '::/0'], port: '443' }],
        publicIpv4: HcloudPublicAddress.KEPT,
        networks: [{ subnetId: subnet.id }],
        volumes: { data: { sizeGb: 10, format: HcloudVolumeFormat.EXT4 } },
        reverseDns: 'web.example.com',
        labels: { role: 'web' },
        backups: true,
      });
    });
    await app.apply();
    const made = new Set(cloud.everMade.map(({ type }) => type));
    expect([...made].sort()).toEqual(['firewalls', 'networks', 'primary_ips', 'servers', 'ssh_keys', 'volumes'].sort());
    await app.destroy();
    expect(cloud.left).toEqual([]);
  });

  it('a machine in place keeps its server when the image, the keys, the type or a label change', async () => {
    await app.write((stack) => void machine(stack));
    await app.apply();
    const [before] = servers();
    await app.write((stack) => {
      const image = new UploadedImage(stack, 'other', { imageId: 'debian-12', contentId: 'b'.repeat(32) });
      machine(stack, {
        image,
        sshKeys: [ed25519()],
        serverType: 'cx33',
        keepDisk: true,
        labels: { role: 'web' },
        sshFrom: ['::/0'],
      });
    });
    await app.apply();
    expect(servers().map(({ id }) => id)).toEqual([before?.id]);
    expect(servers()[0]?.labels).toMatchObject({ role: 'web' });
    expect(await app.attribute('hcloud_server.web', 'server_type')).toBe('cx33');
    // The disk did not grow, so the smaller type is possible again.
    await app.write((stack) => void machine(stack, { keepDisk: true }));
    await app.apply();
    expect(cloud.left.map(({ type }) => type).sort()).toEqual(['primary_ips', 'primary_ips', 'servers']);
  });

  it('an immutable machine has its new server before the old one is deleted, and goes back the same way', async () => {
    const other = { imageId: 'debian-12', contentId: 'b'.repeat(32) };
    const write = (image: object) =>
      app.write((stack) => {
        const { serverId } = machine(stack, { replaceOnImageChange: true }, image);
        new TerraformOutput(stack, 'id', { value: serverId });
      });
    await write({});
    await app.apply();
    const [first] = servers();
    expect(first?.name).toMatch(/^web-[0-9a-f]{8}$/);
    await write(other);
    expect(await app.plan()).toMatch(/hcloud_server\.web will be replaced due to changes in replace_triggered_by/);
    await app.apply();
    const [second] = servers();
    expect(second?.id).not.toBe(first?.id);
    expect(await app.attribute('hcloud_server.web', 'image')).toBe('debian-12');
    const old = cloud.everMade.find(({ id }) => id === first?.id);
    expect(old?.ended?.getTime()).toBeGreaterThan(second?.made.getTime() as number);
    // The same content, uploaded again: nothing to do.
    await write({ ...other, imageId: 'ubuntu-24.04' });
    expect(await app.plan()).toContain('No changes.');
    await write({});
    await app.apply();
    expect(servers()).toHaveLength(1);
    expect(servers()[0]?.id).not.toBe(second?.id);
  });

  it('a machine that becomes immutable, or is no longer, keeps its server', async () => {
    await app.write((stack) => void machine(stack));
    await app.apply();
    const [before] = servers();
    await app.write((stack) => void machine(stack, { replaceOnImageChange: true }));
    await app.apply();
    await app.write((stack) => void machine(stack));
    await app.apply();
    expect(servers().map(({ id }) => id)).toEqual([before?.id]);
  });

  it('an immutable machine whose server is tainted gets another one', async () => {
    await app.write((stack) => void machine(stack, { replaceOnImageChange: true }));
    await app.apply();
    const [before] = servers();
    await app.terraform('taint', 'hcloud_server.web');
    await app.apply();
    expect(servers()).toHaveLength(1);
    expect(servers()[0]?.id).not.toBe(before?.id);
  });

  it('a plan that would replace a protected machine fails and names the prop', async () => {
    const protect = { protect: true, volumes: { data: { sizeGb: 10 } }, publicIpv4: HcloudPublicAddress.KEPT };
    await app.write((stack) => void machine(stack, protect));
    await app.apply();
    await app.write((stack) => void machine(stack, { ...protect, location: 'fsn1' }));
    const { exitCode, all } = await app.attempt('plan');
    expect(exitCode).toBe(1);
    const text = all.replace(/[│╷╵\s]+/g, ' ');
    expect(text).toContain('[stack/web] location: got "fsn1", expected nbg1: the machine is protected');
    // Whatever else would destroy it: Terraform's own refusal, and Hetzner's.
    expect((await app.attempt('destroy', '-auto-approve')).all).toContain('Instance cannot be destroyed');
    await app.write(() => undefined);
    expect((await app.attempt('apply', '-auto-approve')).all).toMatch(/protect/);
    expect(servers()).toHaveLength(1);
    await app.write((stack) => void machine(stack, { ...protect, protect: false }));
    await app.apply();
    await app.destroy();
    expect(cloud.left).toEqual([]);
  });

  it('a machine that leaves the program is deleted with all that it had', async () => {
    const parts = { sshFrom: ['::/0'], volumes: { data: { sizeGb: 10 } }, reverseDns: 'web.example.com' };
    await app.write((stack) => void machine(stack, parts));
    await app.apply();
    await app.write(() => undefined);
    await app.apply();
    expect(cloud.left).toEqual([]);
  });

  it('a machine keeps its server when its firewall, its volume and its name are taken away', async () => {
    const parts = { sshFrom: ['::/0'], volumes: { data: { sizeGb: 10 } }, reverseDns: 'web.example.com' };
    await app.write((stack) => void machine(stack, parts));
    await app.apply();
    const [before] = servers();
    await app.write((stack) => void machine(stack));
    await app.apply();
    expect(servers().map(({ id }) => id)).toEqual([before?.id]);
    expect(cloud.left.map(({ type }) => type).sort()).toEqual(['primary_ips', 'primary_ips', 'servers']);
  });

  it('two programs that apply to one project at once do not see each other', async () => {
    const other = new CloudApp(cloud);
    try {
      const parts = { sshFrom: ['::/0'], volumes: { data: { sizeGb: 10 } } };
      await app.write((stack) => void machine(stack, parts));
      await other.write((stack) => void machine(stack, { ...parts, name: 'other' }));
      await Promise.all([app.apply(), other.apply()]);
      expect(
        servers()
          .map(({ name }) => name)
          .sort(),
      ).toEqual(['other', 'web']);
      await other.destroy();
      expect(await app.plan()).toContain('No changes.');
      expect(servers().map(({ name }) => name)).toEqual(['web']);
    } finally {
      other.remove();
    }
  });

  it('a machine in private networks only has the address that Hetzner chose', async () => {
    await app.write((stack) => {
      const { NONE } = HcloudPublicAddress;
      const { host, privateIps } = machine(stack, {
        publicIpv4: NONE,
        publicIpv6: NONE,
        networks: [{ subnetId: network(stack).id }],
      });
      new TerraformOutput(stack, 'host', { value: host });
      new TerraformOutput(stack, 'addresses', { value: privateIps });
    });
    await app.apply();
    expect(await app.output('host')).toMatch(/^10\.0\.1\./);
    expect(await app.output('addresses')).toEqual([await app.output('host')]);
  });
});

/** A subnet of a network of its own. */
function network(stack: TerraformStack): NetworkSubnet {
  const { id } = new Network(stack, 'network', { name: 'inner', ipRange: '10.0.0.0/16' });
  const networkId = Token.asNumber(id);
  return new NetworkSubnet(stack, 'subnet', {
    networkId,
    type: 'cloud',
    networkZone: 'eu-central',
    ipRange: '10.0.1.0/24',
  });
}
