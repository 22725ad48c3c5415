import { Lazy, Token } from 'cdktf';
import { describe, expect, it } from 'vitest';
import {
  HcloudMachine,
  type HcloudMachineProps,
  HcloudProtocol,
  HcloudProvider,
  HcloudPublicAddress,
  HcloudVolumeFormat,
} from '../../lib/hcloud';
import { NixosDeployment } from '../../lib/nixos-deployment';
import { resolvedData } from '../../lib/terraform/resolved-data';
import { configuration } from '../support/configuration';
import { project, stack, useProject } from '../support/project';
import { ed25519 } from '../support/public-keys';
import { refusal } from '../support/refusal';
import { UploadedImage, type UploadedImageProps } from './support/uploaded-image';

useProject();

function machine(props: object = {}, id = 'web', image: UploadedImageProps = {}): HcloudMachine {
  const given = {
    image: new UploadedImage(stack, `${id}-image`, image),
    serverType: 'cx23',
    location: 'fsn1',
    ...props,
  };
  return new HcloudMachine(stack, id, given as HcloudMachineProps);
}

const resources = () => project.synth().resource;
/** As Terraform gets it. */
const written = (token: unknown) => (resolvedData(token, stack) as { expression: string }).expression;
const server = (id = 'web') => resources().hcloud_server[id];

describe('the server of a machine', () => {
  it('a server is at the address of the construct, and has its name', () => {
    machine();
    expect(server()).toMatchObject({ name: 'web', server_type: 'cx23', location: 'fsn1', image: '1001' });
  });

  it('a server is not replaced by another image, another key or other user data', () => {
    machine();
    expect(server().lifecycle).toEqual({
      ignore_changes: ['image', 'ssh_keys', 'user_data', 'labels["cdktf-nixos/host-key"]'],
    });
  });

  it('a server without a deployment has no user data', () => {
    machine();
    expect(server().user_data).toBeUndefined();
  });

  it('a stack without the provider gets it', () => {
    machine();
    expect(project.synth().provider.hcloud).toEqual([{}]);
  });

  it('a provider of the user, before or after the machine, is the only one', () => {
    machine();
    new HcloudProvider(stack, 'mine', { endpoint: 'http://127.0.0.1:1/v1' });
    expect(project.synth().provider.hcloud).toEqual([{ endpoint: 'http://127.0.0.1:1/v1' }]);
  });

  it('everything that a machine makes has the labels of its owner, and those that the user gives', () => {
    machine({ labels: { role: 'web' }, sshFrom: ['::/0'], volumes: { data: { sizeGb: 10 } } });
    const made = resources();
    for (const type of ['hcloud_server', 'hcloud_firewall', 'hcloud_volume']) {
      const [resource] = Object.values<any>(made[type]);
      expect(resource.labels).toEqual({
        role: 'web',
        'cdktf-nixos/machine': expect.stringMatching(/^[0-9a-f]{32}$/),
        'cdktf-nixos/owner': expect.stringMatching(/^\$\{substr\(sha256\(.*\), 0, 32\)\}$/),
      });
    }
  });

  it('machines with one public key share the resource of the key', () => {
    machine({ sshKeys: [`${ed25519()} a comment`] });
    machine({ sshKeys: [ed25519()], sshKeyIds: ['4711'] }, 'db');
    const { hcloud_ssh_key: keys } = resources();
    const [name] = Object.keys(keys);
    expect(Object.keys(keys)).toHaveLength(1);
    expect(server('db').ssh_keys).toEqual([`\${hcloud_ssh_key.${name}.id}`, '4711']);
  });
});

describe('what belongs to a server', () => {
  it('a firewall lets in ssh from where it was said, on the port of the machine, and what the rules say', () => {
    machine({
      ssh: { port: 2222 },
      sshFrom: ['203.0.113.7'],
      firewall: [
        { from: ['0.0.0.0/0'], port: '443' },
        { from: ['::/0'], protocol: HcloudProtocol.ICMP },
      ],
    });
    const [firewall] = Object.values<any>(resources().hcloud_firewall);
    expect(firewall.rule).toEqual([
      { direction: 'in', protocol: 'tcp', port: '2222', source_ips: ['203.0.113.7'], description: 'ssh' },
      { direction: 'in', protocol: 'tcp', port: '443', source_ips: ['0.0.0.0/0'] },
      { direction: 'in', protocol: 'icmp', source_ips: ['::/0'] },
    ]);
  });

  it('a machine without rules has no firewall of its own', () => {
    machine({ firewallIds: [7] });
    expect(resources().hcloud_firewall).toBeUndefined();
    expect(server().firewall_ids).toEqual([7]);
  });

  it('a network has alias_ips also if there are none', () => {
    machine({ networks: [{ subnetId: '42-10.0.1.0/24' }] });
    expect(server().network).toEqual([{ subnet_id: '42-10.0.1.0/24', alias_ips: [] }]);
  });

  it('a server says where its public addresses come from only if Hetzner does not give both', () => {
    machine();
    machine({ publicIpv4: HcloudPublicAddress.NONE, publicIpv6: HcloudPublicAddress.existing(7) }, 'db');
    expect(server().public_net).toBeUndefined();
    expect(server('db').public_net).toEqual([{ ipv4_enabled: false, ipv6: 7, ipv6_enabled: true }]);
  });

  it('a volume is named after the machine, and Hetzner mounts it nowhere', () => {
    const web = machine({ volumes: { data: { sizeGb: 50, format: HcloudVolumeFormat.XFS } } });
    const [attachment] = Object.values<any>(resources().hcloud_volume_attachment);
    expect(Object.values(resources().hcloud_volume)).toMatchObject([{ name: 'web-data', size: 50, format: 'xfs' }]);
    expect(attachment.automount).toBe(false);
    expect(written(web.volumeDevice('data'))).toMatch(/^hcloud_volume\..*\.linux_device$/);
  });

  it('a deployment waits for the volumes of its machine', () => {
    const web = machine({ volumes: { data: { sizeGb: 50 } } });
    const names = web.dependencies.map(({ fqn }) => written(fqn));
    expect(names).toEqual(['hcloud_server.web', expect.stringContaining('hcloud_volume_attachment.web_volume-data')]);
  });

  it('a reverse name is for both public addresses, and not for one that is missing', () => {
    machine({ reverseDns: 'web.example.com', publicIpv6: HcloudPublicAddress.NONE });
    expect(Object.values(resources().hcloud_rdns)).toMatchObject([
      { dns_ptr: 'web.example.com', ip_address: '${hcloud_server.web.ipv4_address}' },
    ]);
  });
});

describe('the address of a machine', () => {
  it('a machine is dialled at its IPv4 address, else its IPv6 address, else its first private one', () => {
    const { NONE } = HcloudPublicAddress;
    const networks = [{ subnetId: '42-10.0.1.0/24' }];
    const hosts = [
      machine({ networks }),
      machine({ publicIpv4: NONE, networks }, 'six'),
      machine({ publicIpv4: NONE, publicIpv6: NONE, networks }, 'inner'),
    ].map(({ host }) => written(host));
    expect(hosts).toEqual([
      'hcloud_server.web.ipv4_address',
      'hcloud_server.six.ipv6_address',
      'one([for network in hcloud_server.inner.network : network.ip if network.subnet_id == "42-10.0.1.0/24"])',
    ]);
  });

  it('another server is another machine; another address of it is not', () => {
    expect(written(machine().identity)).toBe('hcloud_server.web.id');
  });

  it('an address that the machine does not have is refused', () => {
    const web = machine({ publicIpv6: HcloudPublicAddress.NONE });
    expect(written(web.ipv4Address)).toBe('hcloud_server.web.ipv4_address');
    expect(refusal(() => web.ipv6Address)).toBe(
      '[stack/web] ipv6Address: got a machine without such an address, expected one that has it; remove ' +
        'HcloudPublicAddress.NONE, or use another address of the machine',
    );
    expect(refusal(() => web.volumeDevice('data'))).toContain(
      'volumeDevice: got "data", expected a machine with volumes',
    );
  });
});

describe('a machine whose image replaces its server', () => {
  it('the new server is made first, with a name of its own', () => {
    machine({ replaceOnImageChange: true }, 'web', { contentId: 'abc123' });
    expect(server()).toMatchObject({
      name: 'web-${substr(uuid(), 0, 8)}',
      lifecycle: {
        create_before_destroy: true,
        ignore_changes: ['image', 'ssh_keys', 'user_data', 'labels["cdktf-nixos/host-key"]', 'name'],
        replace_triggered_by: [expect.stringMatching(/^terraform_data\.web_content_/)],
      },
    });
    expect(server().labels['cdktf-nixos/content']).toBe('abc123');
    expect(Object.values(resources().terraform_data)).toMatchObject([{ input: 'abc123' }]);
  });

  it('a deployment onto it is refused', () => {
    const web = machine({ replaceOnImageChange: true });
    expect(refusal(() => new NixosDeployment(stack, 'system', { machine: web, configuration: configuration() }))).toBe(
      '[stack/system] machine: got stack/web, whose server another image replaces (replaceOnImageChange), expected a ' +
        'machine that deployments keep current; put the configuration into the image, or remove replaceOnImageChange ' +
        'from the machine',
    );
  });

  it.each([
    ['protect', { protect: true }],
    ['publicIpv4', { publicIpv4: HcloudPublicAddress.KEPT }],
    ['publicIpv6', { publicIpv6: HcloudPublicAddress.existing(7) }],
    ['networks[1].ip', { networks: [{ subnetId: '1-10.0.1.0/24' }, { subnetId: '2-10.1.1.0/24', ip: '10.1.1.5' }] }],
    ['networks[0].aliasIps', { networks: [{ subnetId: '1-10.0.1.0/24', aliasIps: ['10.0.1.5'] }] }],
    ['volumes.data', { volumes: { data: { sizeGb: 10 } } }],
  ])('what cannot be on two servers at once is refused: %s', (field, props) => {
    expect(refusal(() => machine({ replaceOnImageChange: true, ...props }))).toContain(`[stack/web] ${field}: got `);
  });
});

describe('a protected machine', () => {
  it('a protected machine and its volumes and addresses are protected at Hetzner and in Terraform', () => {
    machine({ protect: true, volumes: { data: { sizeGb: 10 } }, publicIpv4: HcloudPublicAddress.KEPT });
    const made = resources();
    for (const type of ['hcloud_server', 'hcloud_volume', 'hcloud_primary_ip']) {
      const [resource] = Object.values<any>(made[type]);
      expect(resource).toMatchObject({ delete_protection: true, lifecycle: { prevent_destroy: true } });
    }
    expect(server().rebuild_protection).toBe(true);
  });
});

describe('props that cannot make a server', () => {
  it.each<[string, object, string?]>([
    ['image: got nothing, expected an image of Hetzner Cloud (IHcloudImage)', { image: undefined }],
    ['serverType: got nothing, expected the name of a type of server', { serverType: undefined }],
    ['serverType: got "CX23", expected the name of a type of server', { serverType: 'CX23' }],
    ['location: got "fsn1-dc14", expected the name of a location', { location: 'fsn1-dc14' }],
    ['write "fsn1": Hetzner has no data centers any more', { location: 'fsn1-dc14' }],
    ['location: got "Falkenstein"', { location: 'Falkenstein' }],
    ['name: got "my_web", expected a host name (RFC 1123) of at most 63 characters', {}, 'my_web'],
    ['name: got "-x"', { name: '-x' }],
    ['of at most 54 characters', { name: 'a'.repeat(60), replaceOnImageChange: true }],
    ['replaceOnImageChange: got "yes", expected true or false', { replaceOnImageChange: 'yes' }],
    ['protect: got a Terraform token, expected a literal', { protect: Lazy.anyValue({ produce: () => true }) }],
    ['sshKeys[0]: got "~/.ssh/id.pub", expected one SSH public key', { sshKeys: ['~/.ssh/id.pub'] }],
    ['sshKeyIds[0]: got "ssh-ed25519 AAAA"', { sshKeyIds: ['ssh-ed25519 AAAA'] }],
    ['sshFrom: got nothing, expected the networks from which ssh is let in', { firewall: [{ from: ['::/0'] }] }],
    ['sshFrom[0]: got "any", expected a network or an address', { sshFrom: ['any'] }],
    ['for everybody, write 0.0.0.0/0 and ::/0', { sshFrom: ['any'] }],
    ['sshFrom[0]: got "10.0.0.1/24"', { sshFrom: ['10.0.0.1/24'] }],
    ['give the first address of the network', { sshFrom: ['2001:db8::1/32'] }],
    ['its prefix is a number from 0 to 32', { sshFrom: ['10.0.0.0/33'] }],
    ['sshFrom: got "10.0.0.0/8", expected a list', { sshFrom: '10.0.0.0/8' }],
    ['firewall[0].from: got an empty list, expected at least one network', { sshFrom: [], firewall: [{ from: [] }] }],
    ['firewall[0].port: got 443', { sshFrom: [], firewall: [{ from: ['::/0'], port: 443 }] }],
    ['firewall[0].port: got "90-80"', { sshFrom: [], firewall: [{ from: ['::/0'], port: '90-80' }] }],
    [
      'firewall[0].port: got "1", expected no port: icmp has none',
      { sshFrom: [], firewall: [{ from: ['::/0'], port: '1', protocol: HcloudProtocol.ICMP }] },
    ],
    ['firewall[0].protocol: got "tcp"', { sshFrom: [], firewall: [{ from: ['::/0'], protocol: 'tcp' }] }],
    ['firewall[0].ports: got an unknown option', { sshFrom: [], firewall: [{ from: ['::/0'], ports: '1' }] }],
    ['firewallIds[0]: got "7", expected a resource\'s number at Hetzner', { firewallIds: ['7'] }],
    ['publicIpv4: got "none", expected a constant of the class HcloudPublicAddress', { publicIpv4: 'none' }],
    [
      'publicIpv4: got no public address and no private network',
      { publicIpv4: HcloudPublicAddress.NONE, publicIpv6: HcloudPublicAddress.NONE },
    ],
    ['networks[0].subnetId: got "inner", expected the id of a subnet', { networks: [{ subnetId: 'inner' }] }],
    ['networks[0].ip: got "fd00::1"', { networks: [{ subnetId: '1-10.0.0.0/24', ip: 'fd00::1' }] }],
    ['volumes.data.sizeGb: got 5, expected a whole number of GB from 10', { volumes: { data: { sizeGb: 5 } } }],
    ['volumes: got "Data", expected a name of at most 32', { volumes: { Data: { sizeGb: 10 } } }],
    ['volumes.data.format: got "ext4"', { volumes: { data: { sizeGb: 10, format: 'ext4' } } }],
    ['labels: got "cdktf-nixos/owner"', { labels: { 'cdktf-nixos/owner': 'me' } }],
    ['labels.role: got "a b", expected at most 63 letters', { labels: { role: 'a b' } }],
    ['reverseDns: got "web_1 .example"', { reverseDns: 'web_1 .example' }],
    ['placementGroupId: got "spread"', { placementGroupId: 'spread' }],
    ['datacenter: got an unknown option', { datacenter: 'fsn1-dc14' }],
    ['ssh.port: got 0', { ssh: { port: 0 } }],
  ])('a machine is refused: %s', (message, props, id = 'web') => {
    expect(refusal(() => machine(props, id))).toContain(message);
    expect(refusal(() => machine(props, `${id}x`))).toMatch(/^\[stack\/.*\] .*: got .*, expected .*; .*$/);
  });

  it('an existing address is given by its number', () => {
    const seven = '7' as unknown as number;
    expect(refusal(() => HcloudPublicAddress.existing(seven))).toContain(
      '[HcloudPublicAddress.existing] primaryIpId: got "7", expected a resource\'s number at Hetzner',
    );
    expect(refusal(() => HcloudPublicAddress.existing(Token.asNumber('${hcloud_primary_ip.x.id}')))).toBe(
      'nothing was refused',
    );
  });

  it('a type of server that cannot boot the image is refused when everything is known', () => {
    machine({ serverType: 'cax11' }, 'arm');
    machine({}, 'small', { diskSizeGb: 80 });
    machine({ serverType: 'cx33' }, 'large', { diskSizeGb: 80 });
    const message = refusal(() => project.synth());
    expect(message).toContain('serverType: got "cax11", which is arm, expected a type for x86, because of the image');
    expect(message).toContain('serverType: got "cx23", whose disk has 40 GB, expected a disk of at least 80 GB');
    expect(message).not.toContain('stack/large');
  });
});
