import type { Location } from '../catalog/locations';
import type { DnsNames } from './dns-names';
import type { Entity } from './entity';

export type IpType = 'ipv4' | 'ipv6';

/** A public address. */
export interface PrimaryIp extends Entity {
  readonly type: IpType;
  /** An address, or a network of 64 bits. */
  readonly ip: string;
  readonly location: Location;
  readonly dnsNames: DnsNames;
  readonly protection: { delete: boolean };
  assignee: number | null;
  autoDelete: boolean;
}
