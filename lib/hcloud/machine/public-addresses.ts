import type { TerraformResourceLifecycle } from 'cdktf';
import type { Construct } from 'constructs';
import { PrimaryIp } from '../bindings/primary-ip';
import type { ServerPublicNet } from '../bindings/server';
import { HcloudPublicAddress } from '../hcloud-public-address';

export interface PublicAddressParts {
  readonly name: string;
  readonly location: string;
  readonly labels: { [name: string]: string };
  readonly protect: boolean;
  readonly protection: TerraformResourceLifecycle;
  readonly ipv4?: HcloudPublicAddress;
  readonly ipv6?: HcloudPublicAddress;
}

/** The public addresses of a server: who gives them, and the resources for those that are kept. */
export class PublicAddresses {
  readonly ipv4: PublicAddress;
  readonly ipv6: PublicAddress;

  constructor(machine: Construct, parts: PublicAddressParts) {
    this.ipv4 = new PublicAddress(machine, 'ipv4', parts.ipv4 ?? HcloudPublicAddress.AUTOMATIC, parts);
    this.ipv6 = new PublicAddress(machine, 'ipv6', parts.ipv6 ?? HcloudPublicAddress.AUTOMATIC, parts);
  }

  /** Left out where Hetzner gives both: with it, the provider would switch the server off when it changes. */
  get block(): ServerPublicNet[] | undefined {
    const { ipv4, ipv6 } = this;
    if (ipv4.isAutomatic && ipv6.isAutomatic) return undefined;
    return [{ ipv4Enabled: ipv4.exists, ipv4: ipv4.id, ipv6Enabled: ipv6.exists, ipv6: ipv6.id }];
  }
}

class PublicAddress {
  private readonly primaryIp: PrimaryIp | undefined;

  constructor(
    machine: Construct,
    version: string,
    private readonly choice: HcloudPublicAddress,
    { name, location, labels, protect, protection }: PublicAddressParts,
  ) {
    if (choice.name !== 'kept') return;
    this.primaryIp = new PrimaryIp(machine, version, {
      name: `${name}-${version}`,
      type: version,
      location,
      labels,
      autoDelete: false,
      deleteProtection: protect,
      lifecycle: { ...protection },
    });
  }

  get exists(): boolean {
    return this.choice.name !== 'none';
  }

  get isAutomatic(): boolean {
    return this.choice.name === 'automatic';
  }

  /** Of the primary IP, if the server does not get a new one. */
  get id(): number | undefined {
    return this.primaryIp?.id ?? this.choice._primaryIpId;
  }
}
