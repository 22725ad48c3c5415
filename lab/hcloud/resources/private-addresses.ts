import { ApiError } from '../api/api-error';
import type { Cloud } from '../cloud/cloud';
import { IpRange } from '../cloud/ip-range';
import type { Network } from '../entities/network';
import type { PrivateAddress, Server } from '../entities/server';

/**
 * An address in a network.
 *
 * @param wanted @default - the first that is free
 * @param range only there. @default - in any subnet
 * @throws ApiError if it cannot be had
 */
export function privateAddress(cloud: Cloud, network: Network, wanted?: string, range?: string): string {
  const subnets = network.subnets.filter(({ ip_range }) => range === undefined || ip_range === range);
  const ranges = subnets.map(({ ip_range }) => IpRange.parse(ip_range));
  if (ranges.length === 0) throw new ApiError('no_subnet_available', 'the network has no subnet for it');
  const taken = takenIn(cloud, network.id);
  if (wanted === undefined) {
    const free = ranges.map((subnet) => subnet.freeAddress(taken)).find((address) => address !== undefined);
    if (free === undefined) throw new ApiError('no_subnet_available', 'no IP is left in the network');
    return free;
  }
  const inside = ranges.some((subnet) => subnet.includes(wanted));
  if (!inside || taken.has(wanted)) throw new ApiError('ip_not_available', `IP ${wanted} is not available`);
  return wanted;
}

/** What a server has in a network. */
export function memberOf(cloud: Cloud, network: Network, ip: string, aliasIps: readonly string[] = []): PrivateAddress {
  const serial = cloud.history.everMade.length.toString(16).padStart(6, '0');
  return { network: network.id, ip, aliasIps, mac: `86:00:00:${serial.slice(-6).replace(/..(?!$)/g, '$&:')}` };
}

/** Takes every server and load balancer out of a network. */
export function leaveNetwork({ servers, loadBalancers }: Cloud, network: number): void {
  for (const server of servers.all()) leave(server, network);
  for (const balancer of loadBalancers.all()) {
    if (balancer.network?.network === network) balancer.network = null;
  }
}

export function leave(server: Server, network: number): void {
  server.privateNet = server.privateNet.filter((address) => address.network !== network);
}

function takenIn({ servers, loadBalancers }: Cloud, network: number): ReadonlySet<string> {
  const ofServers = servers
    .all()
    .flatMap(({ privateNet }) => privateNet)
    .filter((address) => address.network === network)
    .flatMap(({ ip, aliasIps }) => [ip, ...aliasIps]);
  const ofBalancers = loadBalancers.all().flatMap((balancer) => {
    return balancer.network?.network === network ? [balancer.network.ip] : [];
  });
  return new Set([...ofServers, ...ofBalancers]);
}
