import type { LoadBalancerType } from '../catalog/load-balancer-types';
import type { Location } from '../catalog/locations';
import type { DnsNames } from './dns-names';
import type { Entity } from './entity';

export interface LoadBalancerService {
  readonly protocol: string;
  readonly listen_port: number;
  readonly destination_port: number;
  readonly proxyprotocol: boolean;
  readonly http: object | null;
  readonly health_check: object;
}

export interface LoadBalancerTarget {
  readonly type: 'server' | 'label_selector' | 'ip';
  /** An id, a selector, or an address. */
  readonly what: string;
  readonly use_private_ip: boolean;
}

/** Spreads connections over servers. */
export interface LoadBalancer extends Entity {
  type: LoadBalancerType;
  readonly location: Location;
  readonly ipv4: string;
  readonly ipv6: string;
  readonly dnsNames: DnsNames;
  publicInterface: boolean;
  algorithm: string;
  services: readonly LoadBalancerService[];
  targets: readonly LoadBalancerTarget[];
  network: { readonly network: number; readonly ip: string } | null;
  readonly protection: { delete: boolean };
}
