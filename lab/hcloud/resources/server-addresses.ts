import type { Cloud } from '../cloud/cloud';
import type { Server } from '../entities/server';

/** Gives a server's machine the public addresses that the server has now. */
export async function giveAddresses(cloud: Cloud, server: Server): Promise<void> {
  const ipv4 = cloud.primaryIps.find(server.ipv4);
  await server.machine?.addresses(ipv4 === undefined ? [] : [ipv4.ip]);
}
