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
  hcloud_snapshot: { snap: { server_id: '${hcloud_server.inner.id}', description: 'inner', labels: { kept: 'yes' } } },
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
});
