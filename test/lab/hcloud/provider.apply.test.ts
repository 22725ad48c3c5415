import { afterEach, beforeEach, expect, it } from 'vitest';
import { HcloudDouble } from '../../../lab/hcloud';
import { hcloudProviderMissing } from '../../../scripts/setup/providers/hcloud-provider.mjs';
import { describeUnless } from '../../support/describe-unless';
import { ed25519 } from '../../support/public-keys';
import { HcloudProject } from './support/hcloud-project';

const SERVER = { name: 'web', server_type: 'cx23', image: 'ubuntu-24.04', location: 'nbg1' };

/** One of each resource that a machine may have. */
const EVERYTHING = {
  hcloud_ssh_key: { me: { name: 'me', public_key: ed25519(), labels: { 'cdktf-nixos/owner': 'a1' } } },
  hcloud_network: { net: { name: 'net', ip_range: '10.0.0.0/16' } },
  hcloud_network_subnet: {
    sub: {
      network_id: '${hcloud_network.net.id}',
      type: 'cloud',
      network_zone: 'eu-central',
      ip_range: '10.0.1.0/24',
    },
  },
  hcloud_network_route: {
    out: { network_id: '${hcloud_network.net.id}', destination: '10.9.0.0/16', gateway: '10.0.1.5' },
  },
  hcloud_firewall: {
    fw: { name: 'fw', rule: [{ direction: 'in', protocol: 'tcp', port: '22', source_ips: ['0.0.0.0/0', '::/0'] }] },
    more: { name: 'more', rule: [{ direction: 'in', protocol: 'icmp', source_ips: ['0.0.0.0/0'] }] },
  },
  hcloud_firewall_attachment: {
    more: { firewall_id: '${hcloud_firewall.more.id}', label_selectors: ['role=inner'] },
  },
  hcloud_placement_group: { spread: { name: 'spread', type: 'spread' } },
  hcloud_primary_ip: {
    ip: { name: 'ip', type: 'ipv4', location: 'nbg1', auto_delete: false },
  },
  hcloud_volume: { data: { name: 'data', size: 10, location: 'nbg1', format: 'ext4' } },
  hcloud_volume_attachment: {
    data: { volume_id: '${hcloud_volume.data.id}', server_id: '${hcloud_server.web.id}' },
  },
  hcloud_server: {
    web: {
      ...SERVER,
      ssh_keys: ['${hcloud_ssh_key.me.id}'],
      firewall_ids: ['${hcloud_firewall.fw.id}'],
      placement_group_id: '${hcloud_placement_group.spread.id}',
      labels: { role: 'web' },
      user_data: '#cloud-config',
      public_net: [{ ipv4: '${hcloud_primary_ip.ip.id}' }],
      network: [{ network_id: '${hcloud_network.net.id}', ip: '10.0.1.7', alias_ips: [] }],
      depends_on: ['hcloud_network_subnet.sub'],
    },
    inner: {
      ...SERVER,
      name: 'inner',
      labels: { role: 'inner' },
      public_net: [{ ipv4_enabled: false, ipv6_enabled: true }],
    },
  },
  hcloud_server_network: {
    inner: { server_id: '${hcloud_server.inner.id}', subnet_id: '${hcloud_network_subnet.sub.id}' },
  },
  hcloud_rdns: {
    web: {
      server_id: '${hcloud_server.web.id}',
      ip_address: '${hcloud_server.web.ipv4_address}',
      dns_ptr: 'web.example.org',
    },
  },
  hcloud_snapshot: {
    snap: {
      server_id: '${hcloud_server.inner.id}',
      description: 'inner',
      labels: { kept: 'yes' },
      // The provider does not wait for a server that another of its requests has locked.
      depends_on: ['hcloud_server_network.inner', 'hcloud_firewall_attachment.more'],
    },
  },
  hcloud_load_balancer: { lb: { name: 'lb', load_balancer_type: 'lb11', location: 'nbg1' } },
  hcloud_load_balancer_network: {
    lb: { load_balancer_id: '${hcloud_load_balancer.lb.id}', subnet_id: '${hcloud_network_subnet.sub.id}' },
  },
  hcloud_load_balancer_service: {
    http: { load_balancer_id: '${hcloud_load_balancer.lb.id}', protocol: 'http', destination_port: 8080 },
  },
  hcloud_load_balancer_target: {
    web: {
      type: 'server',
      load_balancer_id: '${hcloud_load_balancer.lb.id}',
      server_id: '${hcloud_server.web.id}',
      use_private_ip: true,
      depends_on: ['hcloud_load_balancer_network.lb'],
    },
  },
};

describeUnless(hcloudProviderMissing(), 'the real provider with the double of the API', () => {
  let double: HcloudDouble;
  let project: HcloudProject;

  beforeEach(async () => {
    double = await HcloudDouble.start();
    project = new HcloudProject(double);
  });

  afterEach(async () => {
    await double.stop();
    project.remove();
  });

  it('an apply makes one of each resource, the next plan is empty, and a destroy leaves nothing', async () => {
    await project.write({ resource: EVERYTHING });
    expect(await project.apply()).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await project.plan()).toBe('');
    expect(double.left.map(({ type }) => type).sort()).toEqual([
      'firewalls',
      'firewalls',
      'images',
      'load_balancers',
      'networks',
      'placement_groups',
      'primary_ips',
      'primary_ips',
      'primary_ips',
      'servers',
      'servers',
      'ssh_keys',
      'volumes',
    ]);
    expect(await project.destroy()).toMatchObject({ exitCode: 0, stderr: '' });
    expect(double.left).toEqual([]);
    expect(double.everMade).toHaveLength(13);
  }, 120_000);

  it('the provider tries again what is over the rate limit or in conflict', async () => {
    double.faults.rateLimit(1);
    double.faults.request({ method: 'POST', path: /^\/networks$/, code: 'conflict' });
    await project.write({ resource: { hcloud_network: EVERYTHING.hcloud_network } });
    expect(await project.apply()).toMatchObject({ exitCode: 0, stderr: '' });
    expect(double.requests.map(({ status }) => status)).toEqual(expect.arrayContaining([429, 409, 201]));
  }, 60_000);

  it('an action that fails, fails the apply, and what was half made is ended by a destroy', async () => {
    const message = 'no host has room for it';
    double.faults.action({ command: 'create_server', error: { code: 'resource_unavailable', message } });
    await project.write({ resource: { hcloud_server: { web: SERVER } } });
    const { exitCode, stderr } = await project.apply();
    expect(exitCode).toBe(1);
    expect(stderr).toContain(message);
    expect(double.left.map(({ type }) => type)).toContain('servers');
    expect(await project.destroy()).toMatchObject({ exitCode: 0 });
    expect(double.left).toEqual([]);
  }, 60_000);

  it('a protected server survives a destroy', async () => {
    const protection = { delete_protection: true, rebuild_protection: true };
    await project.write({ resource: { hcloud_server: { web: { ...SERVER, ...protection } } } });
    expect(await project.apply()).toMatchObject({ exitCode: 0 });
    expect(await project.plan()).toBe('');
    const { exitCode, stderr } = await project.destroy();
    expect(exitCode).toBe(1);
    expect(stderr).toContain('protected');
    expect(double.left.map(({ type }) => type)).toContain('servers');
  }, 60_000);

  it('labels and the type of a server change in place, its image does not', async () => {
    const resource = (rest: object) => ({ resource: { hcloud_server: { web: { ...SERVER, ...rest } } } });
    await project.write(resource({}));
    await project.apply();
    await project.write(resource({ labels: { a: 'b' }, server_type: 'cx33', keep_disk: true }));
    expect(await project.plan()).toContain('0 to add, 1 to change, 0 to destroy');
    expect(await project.apply()).toMatchObject({ exitCode: 0 });
    expect(await project.plan()).toBe('');
    await project.write(resource({ labels: { a: 'b' }, server_type: 'cx33', keep_disk: true, image: 'debian-12' }));
    expect(await project.plan()).toContain('1 to add, 0 to change, 1 to destroy');
  }, 60_000);

  it('data sources find snapshots and servers by their labels', async () => {
    const labels = { 'cdktf-nixos/image': 'a1' };
    await project.write({
      resource: {
        hcloud_server: { web: { ...SERVER, labels } },
        hcloud_snapshot: { snap: { server_id: '${hcloud_server.web.id}', labels } },
      },
      data: {
        hcloud_images: { all: { with_selector: 'cdktf-nixos/image=a1', depends_on: ['hcloud_snapshot.snap'] } },
        hcloud_servers: { all: { with_selector: 'cdktf-nixos/image', depends_on: ['hcloud_snapshot.snap'] } },
      },
      output: {
        images: { value: '${data.hcloud_images.all.images[*].id}' },
        servers: { value: '${data.hcloud_servers.all.servers[*].name}' },
        made: { value: '${hcloud_snapshot.snap.id}' },
      },
    });
    expect(await project.apply()).toMatchObject({ exitCode: 0, stderr: '' });
    const { images, servers, made } = await project.outputs();
    expect(images.map(String)).toEqual([made]);
    expect(servers).toEqual(['web']);
  }, 60_000);
});
