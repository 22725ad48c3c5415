import { ApiError } from '../api/api-error';
import { created, nothing, type ApiRequest, type Route } from '../api/router';
import { LOCATIONS, type Location } from '../catalog/locations';
import type { Action } from '../cloud/actions';
import type { Cloud } from '../cloud/cloud';
import { DnsNames } from '../entities/dns-names';
import type { IpType, PrimaryIp } from '../entities/primary-ip';
import type { Server } from '../entities/server';
import { commandRoutes } from './action-routes';
import { catalogEntry } from './catalog-routes';
import { rename, refuseProtected, resourceRoutes } from './routes';
import { giveAddresses } from './server-addresses';
import { refuseRunning } from './server-power';

/** Makes one. @param labels of a user, or none for one that comes and goes with a server */
export async function makePrimaryIp(
  cloud: Cloud,
  type: IpType,
  location: Location,
  rest: Pick<PrimaryIp, 'name' | 'labels' | 'autoDelete'>,
): Promise<PrimaryIp> {
  const count = cloud.history.everMade.length + 1;
  const ip = type === 'ipv4' ? await cloud.machines.takeAddress() : `2001:db8:${count.toString(16)}::/64`;
  return cloud.primaryIps.add({
    ...rest,
    type,
    ip,
    location,
    dnsNames: new DnsNames(type === 'ipv4' ? ip : undefined),
    protection: { delete: false },
    assignee: null,
  });
}

export async function removePrimaryIp(cloud: Cloud, ip: PrimaryIp): Promise<void> {
  cloud.primaryIps.remove(ip);
  if (ip.type === 'ipv4') await cloud.machines.releaseAddress(ip.ip);
}

export function primaryIpRoutes(cloud: Cloud): Route[] {
  const { primaryIps, actions } = cloud;
  return [
    { method: 'POST', path: '/primary_ips', handle: (request) => create(cloud, request) },
    ...resourceRoutes<PrimaryIp>({
      collection: primaryIps,
      singular: 'primary_ip',
      render: renderPrimaryIp,
      filters: { ip: ({ ip }, ips) => ips.includes(ip) },
      update: (ip, request) => {
        rename(primaryIps)(ip, request);
        ip.autoDelete = request.body.flag('auto_delete', ip.autoDelete);
      },
      remove: async (ip) => {
        refuseProtected(ip, 'primary IP');
        if (ip.assignee !== null) refuseRunning(cloud.servers.get(ip.assignee));
        await removePrimaryIp(cloud, ip);
        return nothing;
      },
    }),
    ...commandRoutes(primaryIps, 'primary_ip', actions, {
      assign: (ip, { body }) => assign(cloud, ip, cloud.servers.get(body.number('assignee_id'))),
      unassign: (ip) => unassign(cloud, ip),
      change_protection: (ip, { body }) =>
        actions.start('change_protection', [resource(ip)], () => {
          ip.protection.delete = body.flag('delete', ip.protection.delete);
        }),
      change_dns_ptr: (ip, { body }) =>
        actions.start('change_dns_ptr', [resource(ip)], () =>
          ip.dnsNames.set(body.text('ip'), body.optionalText('dns_ptr')),
        ),
    }),
  ];
}

async function create(cloud: Cloud, { body }: ApiRequest) {
  const type = body.text('type');
  if (type !== 'ipv4' && type !== 'ipv6') throw ApiError.field('type', 'Must be one of: ipv4, ipv6.');
  const server = body.has('assignee_id') ? cloud.servers.get(body.number('assignee_id')) : undefined;
  const location = server?.location ?? catalogEntry(LOCATIONS, body.idOrName('location'), 'location');
  const ip = await makePrimaryIp(cloud, type, location, {
    name: cloud.primaryIps.claim(body.text('name')),
    labels: body.labels(),
    autoDelete: body.flag('auto_delete', false),
  });
  const action = server === undefined ? null : assign(cloud, ip, server);
  return created({ primary_ip: renderPrimaryIp(ip), action });
}

function assign(cloud: Cloud, ip: PrimaryIp, server: Server): Action {
  if (ip.assignee !== null) throw new ApiError('primary_ip_assigned', 'primary IP is already assigned');
  if (server[ip.type] !== null) throw new ApiError(`server_has_${ip.type}`, `server already has an ${ip.type}`);
  if (ip.location.name !== server.location.name) throw ApiError.field('assignee_id', 'server is in another location');
  refuseRunning(server);
  return cloud.actions.start('assign_primary_ip', [resource(ip), { type: 'server', id: server.id }], () => {
    ip.assignee = server.id;
    server[ip.type] = ip.id;
    return giveAddresses(cloud, server);
  });
}

function unassign(cloud: Cloud, ip: PrimaryIp): Action {
  const server = cloud.servers.find(ip.assignee);
  if (server === undefined) throw new ApiError('unsupported_error', 'primary IP is not assigned');
  refuseRunning(server);
  return cloud.actions.start('unassign_primary_ip', [resource(ip), { type: 'server', id: server.id }], () => {
    ip.assignee = null;
    server[ip.type] = null;
    return giveAddresses(cloud, server);
  });
}

function resource({ id }: PrimaryIp) {
  return { type: 'primary_ip', id };
}

function renderPrimaryIp({ dnsNames, assignee, autoDelete, ...ip }: PrimaryIp): object {
  return {
    ...ip,
    dns_ptr: dnsNames.list,
    assignee_id: assignee,
    assignee_type: 'server',
    auto_delete: autoDelete,
    blocked: false,
  };
}
