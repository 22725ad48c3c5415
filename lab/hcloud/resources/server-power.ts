import { ApiError } from '../api/api-error';
import type { Cloud } from '../cloud/cloud';
import type { Server } from '../entities/server';
import type { Metadata } from '../machines/machine';

/** Turns a server on: the rescue system once, if it was asked for; else what is on the disk. */
export async function boot(cloud: Cloud, server: Server): Promise<void> {
  const { rescue } = server;
  server.status = 'starting';
  server.rescue = null;
  await server.machine!.on({
    rescue: rescue !== null,
    authorizedKeys: rescue ?? server.keys,
    metadata: metadataOf(cloud, server),
  });
  server.status = 'running';
}

/** Cuts the power of a server. */
export async function cut(server: Server): Promise<void> {
  server.status = 'stopping';
  await server.machine!.off();
  server.status = 'off';
}

function metadataOf(cloud: Cloud, server: Server): Metadata {
  return {
    instanceId: server.id,
    hostname: server.name,
    region: server.location.network_zone,
    availabilityZone: `${server.location.name}-dc1`,
    publicIpv4: cloud.primaryIps.find(server.ipv4)?.ip ?? null,
    publicKeys: server.keys,
    userData: server.userData,
  };
}

/** What a server does now; one that was turned off from inside is off. */
export function statusOf({ status, machine }: Server): Server['status'] {
  return status === 'running' && machine?.wentOff === true ? 'off' : status;
}

/** @throws ApiError while the power is on */
export function refuseRunning(server: Server): void {
  if (statusOf(server) !== 'off') throw new ApiError('server_not_stopped', 'server must be stopped first');
}
