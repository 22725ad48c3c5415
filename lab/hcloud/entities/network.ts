import type { Entity } from './entity';

export interface Subnet {
  readonly type: string;
  readonly ip_range: string;
  readonly network_zone: string;
  readonly gateway: string;
}

export interface NetworkRoute {
  readonly destination: string;
  readonly gateway: string;
}

/** A private network. */
export interface Network extends Entity {
  ip_range: string;
  subnets: readonly Subnet[];
  routes: readonly NetworkRoute[];
  readonly protection: { delete: boolean };
  expose_routes_to_vswitch: boolean;
}
