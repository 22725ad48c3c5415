import type { ITerraformDependable, TerraformResourceLifecycle } from 'cdktf';
import { Aspects } from 'cdktf';
import type { Construct } from 'constructs';
import { checkConnection } from '../deployment/ssh-connection';
import { FirstContact } from '../first-contact';
import type { HostKeys } from '../host-keys';
import { LOGIN_FIELDS } from '../job/connection-fields';
import { jobValues } from '../job/field';
import { NixosMachine } from '../nixos-machine';
import { isPlainObject } from '../private/plain-object';
import type { SshOptions } from '../ssh-options';
import { resourceNameProblems } from '../terraform/resource-name';
import { stackOf } from '../terraform/stack';
import { display } from '../validation/display';
import { InputError } from '../validation/problem';
import type { Server } from './bindings/server';
import type { HcloudMachineProps } from './hcloud-machine-props';
import { machineLabels } from './labels';
import { firewallId } from './machine/firewall';
import { HostKeyLabel } from './machine/host-key-label';
import { imageProblems } from './machine/image';
import { checkMachine } from './machine/input';
import { PrivateIp } from './machine/private-ip';
import { protection } from './machine/protection';
import { PublicAddresses } from './machine/public-addresses';
import { reverseDns } from './machine/reverse-dns';
import { addServer } from './machine/server';
import { sshKeyIds } from './machine/ssh-keys';
import { Volumes } from './machine/volumes';
import { ensureHcloudProvider, tokenProblems } from './provider';

/** What the resources of a machine have in common. */
interface MachineParts {
  readonly name: string;
  readonly location: string;
  readonly protect: boolean;
  readonly labels: { [name: string]: string };
  /** For each of them that must not be destroyed. */
  readonly protection: TerraformResourceLifecycle;
}

/**
 * A server at Hetzner Cloud that runs NixOS. Its image is only what it boots first: deployments keep it current. With
 * `replaceOnImageChange`, another image is another server instead.
 *
 * The token is in the environment of terraform, as HCLOUD_TOKEN.
 *
 * @example
 *
 * const image = new HcloudImage(stack, 'image', { configuration: NixosConfiguration.fromFlake('.#bootstrap') });
 * const machine = new HcloudMachine(stack, 'web', { image, serverType: 'cx23', location: 'fsn1' });
 * new NixosDeployment(stack, 'web-system', { machine, configuration: NixosConfiguration.fromFlake('.#web') });
 */
export class HcloudMachine extends NixosMachine implements ITerraformDependable {
  /** The address of the server in Terraform, for `dependsOn`. */
  readonly fqn: string;
  /** The number of the server, as a token. */
  readonly serverId: string;
  /** The name of the server at Hetzner, as a token. */
  readonly name: string;
  /** The addresses in the private networks, as tokens, in the order of `networks`. */
  readonly privateIps: string[];
  readonly host: string;
  readonly identity: string;
  readonly hostKeys: HostKeys;
  readonly ssh: SshOptions;
  readonly isImmutable: boolean;

  private readonly parts: MachineParts;
  private readonly server: Server;
  private readonly addresses: PublicAddresses;
  private readonly volumes: Volumes;
  private readonly firstContact: FirstContact;

  /**
   * @param scope the stack, or a construct in it
   * @param id unique in the scope; also the name of the server, unless it has one
   * @param props what the server is made of, and what belongs to it
   * @throws InputError when Hetzner or ssh could not use one of them
   */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: HcloudMachineProps,
  ) {
    super(scope, id);
    checkMachine(this, props, new.target !== HcloudMachine);
    this.isImmutable = props.replaceOnImageChange ?? false;
    const { ssh = {} } = props;
    this.ssh = isPlainObject(ssh) ? { ...ssh } : ssh;
    this.parts = this.commonParts();
    this.addresses = new PublicAddresses(this, { ...this.parts, ipv4: props.publicIpv4, ipv6: props.publicIpv6 });
    this.server = this.addServer();
    this.fqn = this.server.fqn;
    this.identity = this.serverId = this.server.id;
    this.name = this.server.name;
    this.privateIps = (props.networks ?? []).map(({ subnetId }) => this.privateIp(subnetId));
    this.host = this.publicHost() ?? (this.privateIps[0] as string);
    this.volumes = new Volumes(this, this.server, this.parts, props.volumes ?? {});
    if (props.reverseDns !== undefined) reverseDns(this, this.server, this.addresses, props.reverseDns);
    this.firstContact = this.addFirstContact();
    this.hostKeys = this.firstContact.hostKeys;
    checkConnection(this);
    Aspects.of(this).add({ visit: (construct) => construct === this && ensureHcloudProvider(stackOf(this)) });
    this.node.addValidation({ validate: () => this.problems() });
  }

  /** The public IPv4 address, as a token. @throws InputError when the machine has none */
  get ipv4Address(): string {
    return this.publicAddress('ipv4Address', this.addresses.ipv4.exists, this.server.ipv4Address);
  }

  /** The public IPv6 address, as a token: the first one of its network. @throws InputError when the machine has none */
  get ipv6Address(): string {
    return this.publicAddress('ipv6Address', this.addresses.ipv6.exists, this.server.ipv6Address);
  }

  get dependencies(): ITerraformDependable[] {
    return [this.server, ...this.volumes.attachments, ...this.firstContact.dependencies];
  }

  /**
   * The path of a volume's disk on the server, as a token. It stays the same for the life of the volume.
   *
   * @param name as in `volumes`
   * @throws InputError when the machine has no such volume
   */
  volumeDevice(name: string): string {
    const device = this.volumes.device(name);
    if (device !== undefined) return device;
    const names = Object.keys(this.props.volumes ?? {});
    throw new InputError(this.node.path, 'volumeDevice', {
      given: display(name),
      expected: names.length > 0 ? `one of ${names.join(', ')}` : 'a machine with volumes',
      fix: 'give the name that the volume has in `volumes`',
    });
  }

  private commonParts(): MachineParts {
    const { name = this.node.id, location, protect = false, labels } = this.props;
    return {
      name,
      location,
      protect,
      labels: { ...labels, ...machineLabels(this) },
      protection: protect ? protection(this, location) : {},
    };
  }

  private addServer(): Server {
    const { sshKeys = [], sshKeyIds: ids = [] } = this.props;
    return addServer(this, this.props, {
      ...this.parts,
      sshKeys: [...sshKeyIds(this, sshKeys), ...ids],
      firewallIds: this.firewallIds(),
      publicNet: this.addresses.block,
    });
  }

  private firewallIds(): number[] {
    const { firewall: rules, sshFrom, firewallIds: ids = [] } = this.props;
    if (rules === undefined && sshFrom === undefined) return ids;
    const { port: sshPort } = jobValues(LOGIN_FIELDS, this.ssh);
    return [firewallId(this, { ...this.parts, rules: rules ?? [], sshFrom: sshFrom ?? [], sshPort }), ...ids];
  }

  private privateIp(subnetId: string): string {
    return new PrivateIp(this.server.getStringAttribute('network'), subnetId).toString();
  }

  /** What is dialled; undefined for a server in private networks only. */
  private publicHost(): string | undefined {
    if (this.addresses.ipv4.exists) return this.server.ipv4Address;
    return this.addresses.ipv6.exists ? this.server.ipv6Address : undefined;
  }

  private publicAddress(field: string, exists: boolean, address: string): string {
    if (exists) return address;
    throw new InputError(this.node.path, field, {
      given: 'a machine without such an address',
      expected: 'one that has it',
      fix: 'remove HcloudPublicAddress.NONE, or use another address of the machine',
    });
  }

  private addFirstContact(): FirstContact {
    const { hostKey, image, location } = this.props;
    const contact = new FirstContact(this, {
      source: 'hetzner',
      hostKey,
      recorder: new HostKeyLabel(this, this.serverId),
      replacedBy: { location },
      configuration: image.configuration,
      dependsOn: this.volumes.attachments,
    });
    this.server.userData = contact.userData();
    return contact;
  }

  private problems(): string[] {
    const { image, serverType } = this.props;
    const isMade = this.props.hostKey?._choice.kind !== 'held';
    const needsToken = isMade && this.firstContact.dependencies.length > 0;
    return [
      ...imageProblems(this, image, serverType),
      ...(needsToken ? tokenProblems(stackOf(this)) : []),
      ...resourceNameProblems(this.server),
    ];
  }
}
