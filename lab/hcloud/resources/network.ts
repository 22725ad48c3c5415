import { ApiError } from '../api/api-error';
import type { Body } from '../api/body';
import { created, nothing, type Route } from '../api/router';
import type { Action } from '../cloud/actions';
import type { Cloud } from '../cloud/cloud';
import { IpRange } from '../cloud/ip-range';
import type { Network, Subnet } from '../entities/network';
import { commandRoutes } from './action-routes';
import { leaveNetwork } from './private-addresses';
import { refuseProtected, rename, resourceRoutes } from './routes';

const SUBNET_PREFIX = 24;
const ZONES = ['eu-central', 'us-east', 'us-west', 'ap-southeast'];

export function networkRoutes(cloud: Cloud): Route[] {
  const { networks, actions } = cloud;
  const act = (network: Network, command: string, work: () => void): Action => {
    actions.refuseLocked('network', network.id, 'conflict');
    return actions.start(command, [{ type: 'network', id: network.id }], work);
  };
  return [
    {
      method: 'POST',
      path: '/networks',
      handle: ({ body }) => created({ network: render(cloud, create(cloud, body)) }),
    },
    ...resourceRoutes<Network>({
      collection: networks,
      singular: 'network',
      render: (network) => render(cloud, network),
      update: (network, request) => {
        rename(networks)(network, request);
        network.expose_routes_to_vswitch = request.body.flag(
          'expose_routes_to_vswitch',
          network.expose_routes_to_vswitch,
        );
      },
      remove: (network) => {
        refuseProtected(network, 'network');
        actions.refuseLocked('network', network.id, 'conflict');
        leaveNetwork(cloud, network.id);
        networks.remove(network);
        return nothing;
      },
    }),
    ...commandRoutes(networks, 'network', actions, {
      add_subnet: (network, { body }) => {
        const subnet = subnetOf(network, body);
        return act(network, 'add_subnet', () => void (network.subnets = [...network.subnets, subnet]));
      },
      delete_subnet: (network, { body }) => act(network, 'delete_subnet', deleteSubnet(cloud, network, body)),
      add_route: (network, { body }) => {
        const route = { destination: body.text('destination'), gateway: body.text('gateway') };
        IpRange.parse(route.destination, 'destination');
        return act(network, 'add_route', () => void (network.routes = [...network.routes, route]));
      },
      delete_route: (network, { body }) =>
        act(network, 'delete_route', () => {
          network.routes = network.routes.filter(({ destination }) => destination !== body.text('destination'));
        }),
      change_ip_range: (network, { body }) => {
        const range = IpRange.parse(body.text('ip_range'));
        return act(network, 'change_ip_range', () => void (network.ip_range = range.toString()));
      },
      change_protection: (network, { body }) =>
        act(network, 'change_protection', () => {
          network.protection.delete = body.flag('delete', network.protection.delete);
        }),
    }),
  ];
}

function create({ networks }: Cloud, body: Body): Network {
  const network: Omit<Network, 'id' | 'created'> = {
    name: networks.claim(body.text('name')),
    labels: body.labels(),
    ip_range: IpRange.parse(body.text('ip_range')).toString(),
    subnets: [],
    routes: [],
    protection: { delete: false },
    expose_routes_to_vswitch: body.flag('expose_routes_to_vswitch', false),
  };
  for (const subnet of body.bodies('subnets')) network.subnets = [...network.subnets, subnetOf(network, subnet)];
  network.routes = body
    .bodies('routes')
    .map((route) => ({ destination: route.text('destination'), gateway: route.text('gateway') }));
  return networks.add(network);
}

function subnetOf(network: Pick<Network, 'ip_range' | 'subnets'>, body: Body): Subnet {
  const whole = IpRange.parse(network.ip_range);
  const taken = network.subnets.map(({ ip_range }) => IpRange.parse(ip_range));
  const wanted = body.optionalText('ip_range');
  const range = wanted === undefined ? whole.free(SUBNET_PREFIX, taken) : IpRange.parse(wanted);
  if (range === undefined || !whole.contains(range)) {
    throw ApiError.field('ip_range', 'the subnet is not inside the IP range of the network');
  }
  if (taken.some((other) => other.overlaps(range))) throw ApiError.field('ip_range', 'the subnet overlaps another one');
  const network_zone = body.text('network_zone');
  if (!ZONES.includes(network_zone)) throw ApiError.field('network_zone', `Must be one of: ${ZONES.join(', ')}.`);
  return { type: body.text('type'), ip_range: range.toString(), network_zone, gateway: whole.at(1) };
}

function deleteSubnet(cloud: Cloud, network: Network, body: Body): () => void {
  const range = body.text('ip_range');
  if (!network.subnets.some(({ ip_range }) => ip_range === range)) throw ApiError.notFound(`subnet ${range}`);
  const used = cloud.servers
    .all()
    .flatMap(({ privateNet }) => privateNet)
    .some(({ network: id, ip }) => id === network.id && IpRange.parse(range).includes(ip));
  if (used) throw new ApiError('service_error', `cannot remove subnet ${range}: servers are attached to it`);
  return () => {
    network.subnets = network.subnets.filter(({ ip_range }) => ip_range !== range);
  };
}

function render({ servers, loadBalancers }: Cloud, network: Network): object {
  const attached = servers
    .all()
    .filter(({ privateNet }) => privateNet.some((address) => address.network === network.id));
  return {
    ...network,
    servers: attached.map(({ id }) => id),
    load_balancers: loadBalancers
      .all()
      .filter((balancer) => balancer.network?.network === network.id)
      .map(({ id }) => id),
  };
}
