import type { Action } from '../cloud/actions';
import type { Cloud } from '../cloud/cloud';
import type { Server } from '../entities/server';
import { removePrimaryIp } from './primary-ip';
import { refuseProtected } from './routes';

/** Ends a server, and what came with it. */
export function deleteServer(cloud: Cloud, server: Server): Action {
  refuseProtected(server, 'server');
  cloud.actions.refuseLocked('server', server.id);
  server.status = 'deleting';
  return cloud.actions.start('delete_server', [{ type: 'server', id: server.id }], async () => {
    await server.machine?.remove();
    cloud.servers.remove(server);
    release(cloud, server);
    await releaseAddresses(cloud, server);
  });
}

function release({ volumes, firewalls, loadBalancers }: Cloud, { id }: Server): void {
  for (const volume of volumes.all()) {
    if (volume.server === id) volume.server = null;
  }
  for (const firewall of firewalls.all()) firewall.servers.delete(id);
  for (const balancer of loadBalancers.all()) {
    balancer.targets = balancer.targets.filter(({ type, what }) => type !== 'server' || what !== String(id));
  }
}

async function releaseAddresses(cloud: Cloud, server: Server): Promise<void> {
  for (const ip of [cloud.primaryIps.find(server.ipv4), cloud.primaryIps.find(server.ipv6)]) {
    if (ip === undefined) continue;
    ip.assignee = null;
    if (ip.autoDelete) await removePrimaryIp(cloud, ip);
  }
}
