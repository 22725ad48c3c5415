/** A size of load balancers, as the API shows it. */
export interface LoadBalancerType {
  readonly id: number;
  readonly name: string;
  readonly [field: string]: unknown;
}

export const LOAD_BALANCER_TYPES: readonly LoadBalancerType[] = ['lb11', 'lb21', 'lb31'].map((name, index) => ({
  id: index + 1,
  name,
  description: name.toUpperCase(),
  max_connections: 10_000 * (index + 1),
  max_services: 5 * 3 ** index,
  max_targets: 25 * 3 ** index,
  max_assigned_certificates: 10,
  deprecated: null,
  deprecation: null,
  prices: [],
}));
