import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { Rdns } from '../bindings/rdns';
import type { Server } from '../bindings/server';
import type { PublicAddresses } from './public-addresses';

/** The entries that lead from the public addresses of a server to a name. */
export function reverseDns(machine: Construct, server: Server, addresses: PublicAddresses, dnsPtr: string): Rdns[] {
  const serverId = Token.asNumber(server.id);
  const entries = [
    { id: 'reverse-dns-ipv4', ipAddress: server.ipv4Address, exists: addresses.ipv4.exists },
    { id: 'reverse-dns-ipv6', ipAddress: server.ipv6Address, exists: addresses.ipv6.exists },
  ];
  return entries
    .filter(({ exists }) => exists)
    .map(({ id, ipAddress }) => new Rdns(machine, id, { serverId, ipAddress, dnsPtr }));
}
