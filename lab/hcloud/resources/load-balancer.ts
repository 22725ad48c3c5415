import { ApiError } from '../api/api-error';
import type { Body } from '../api/body';
import { created, nothing, type Route } from '../api/router';
import { LOAD_BALANCER_TYPES } from '../catalog/load-balancer-types';
import { LOCATIONS } from '../catalog/locations';
import type { Cloud } from '../cloud/cloud';
import { DnsNames } from '../entities/dns-names';
import type { LoadBalancer } from '../entities/load-balancer';
import { catalogEntry } from './catalog-routes';
import { loadBalancerCommands } from './load-balancer-commands';
import { renderLoadBalancer } from './load-balancer-view';
import { refuseProtected, resourceRoutes } from './routes';

export function loadBalancerRoutes(cloud: Cloud): Route[] {
  const { loadBalancers, actions } = cloud;
  return [
    {
      method: 'POST',
      path: '/load_balancers',
      handle: async ({ body }) => {
        const balancer = await create(cloud, body);
        const action = actions.start('create_load_balancer', [{ type: 'load_balancer', id: balancer.id }]);
        return created({ load_balancer: renderLoadBalancer(cloud, balancer), action });
      },
    },
    ...resourceRoutes<LoadBalancer>({
      collection: loadBalancers,
      singular: 'load_balancer',
      render: (balancer) => renderLoadBalancer(cloud, balancer),
      remove: async (balancer) => {
        refuseProtected(balancer, 'load balancer');
        actions.refuseLocked('load_balancer', balancer.id, 'conflict');
        loadBalancers.remove(balancer);
        await cloud.machines.releaseAddress(balancer.ipv4);
        return nothing;
      },
    }),
    ...loadBalancerCommands(cloud),
  ];
}

async function create(cloud: Cloud, body: Body): Promise<LoadBalancer> {
  const type = catalogEntry(LOAD_BALANCER_TYPES, body.idOrName('load_balancer_type'), 'load_balancer_type');
  const name = cloud.loadBalancers.claim(body.text('name'));
  const algorithm = body.body('algorithm').optionalText('type') ?? 'round_robin';
  const location = locationOf(body);
  const labels = body.labels();
  const ipv4 = await cloud.machines.takeAddress();
  return cloud.loadBalancers.add({
    name,
    labels,
    type,
    location,
    ipv4,
    ipv6: `2001:db8:1b::${cloud.history.everMade.length.toString(16)}`,
    dnsNames: new DnsNames(ipv4),
    publicInterface: body.flag('public_interface', true),
    algorithm,
    services: [],
    targets: [],
    network: null,
    protection: { delete: false },
  });
}

function locationOf(body: Body) {
  if (body.has('location')) return catalogEntry(LOCATIONS, body.idOrName('location'), 'location');
  const zone = body.text('network_zone');
  const found = LOCATIONS.find(({ network_zone }) => network_zone === zone);
  if (found === undefined) throw ApiError.field('network_zone', `network zone ${zone} not found`);
  return found;
}
