import { ApiError } from '../api/api-error';
import type { Body } from '../api/body';
import { labelSelector } from '../api/label-selector';
import type { Route } from '../api/router';
import { LOAD_BALANCER_TYPES } from '../catalog/load-balancer-types';
import type { Action } from '../cloud/actions';
import type { Cloud } from '../cloud/cloud';
import type { LoadBalancer, LoadBalancerTarget } from '../entities/load-balancer';
import { commandRoutes, type Command } from './action-routes';
import { catalogEntry } from './catalog-routes';
import { loadBalancerService } from './load-balancer-service';
import { privateAddress } from './private-addresses';

/** What a load balancer can be told to do. */
export function loadBalancerCommands(cloud: Cloud): Route[] {
  const act = (balancer: LoadBalancer, command: string, work: () => void): Action => {
    cloud.actions.refuseLocked('load_balancer', balancer.id, 'conflict');
    return cloud.actions.start(command, [{ type: 'load_balancer', id: balancer.id }], work);
  };
  return commandRoutes(cloud.loadBalancers, 'load_balancer', cloud.actions, {
    ...serviceCommands(act),
    ...targetCommands(cloud, act),
    ...networkCommands(cloud, act),
    change_algorithm: (balancer, { body }) => {
      const type = body.text('type');
      return act(balancer, 'change_algorithm', () => void (balancer.algorithm = type));
    },
    change_type: (balancer, { body }) => {
      const type = catalogEntry(LOAD_BALANCER_TYPES, body.idOrName('load_balancer_type'), 'load_balancer_type');
      return act(balancer, 'change_load_balancer_type', () => void (balancer.type = type));
    },
    change_protection: (balancer, { body }) =>
      act(balancer, 'change_protection', () => {
        balancer.protection.delete = body.flag('delete', balancer.protection.delete);
      }),
    change_dns_ptr: (balancer, { body }) =>
      act(balancer, 'change_dns_ptr', () => balancer.dnsNames.set(body.text('ip'), body.optionalText('dns_ptr'))),
  });
}

type Act = (balancer: LoadBalancer, command: string, work: () => void) => Action;
type Commands = { readonly [command: string]: Command<LoadBalancer> };

function serviceCommands(act: Act): Commands {
  const without = ({ services }: LoadBalancer, port: number) =>
    services.filter(({ listen_port }) => listen_port !== port);
  const find = ({ services }: LoadBalancer, port: number) => {
    const found = services.find(({ listen_port }) => listen_port === port);
    if (found === undefined) throw ApiError.notFound(`service on port ${port}`);
    return found;
  };
  return {
    add_service: (balancer, { body }) => {
      const service = loadBalancerService(body);
      if (without(balancer, service.listen_port).length < balancer.services.length) {
        throw new ApiError('source_port_already_used', `port ${service.listen_port} is in use`);
      }
      return act(balancer, 'add_service', () => void (balancer.services = [...balancer.services, service]));
    },
    update_service: (balancer, { body }) => {
      const service = loadBalancerService(body, find(balancer, body.number('listen_port')));
      return act(balancer, 'update_service', () => {
        balancer.services = [...without(balancer, service.listen_port), service];
      });
    },
    delete_service: (balancer, { body }) => {
      const { listen_port } = find(balancer, body.number('listen_port'));
      return act(balancer, 'delete_service', () => void (balancer.services = without(balancer, listen_port)));
    },
  };
}

function targetCommands(cloud: Cloud, act: Act): Commands {
  const same = (a: LoadBalancerTarget, b: LoadBalancerTarget) => a.type === b.type && a.what === b.what;
  return {
    add_target: (balancer, { body }) => {
      const target = targetOf(cloud, body);
      if (balancer.targets.some((other) => same(other, target))) {
        throw new ApiError('target_already_defined', 'load balancer target is already defined');
      }
      return act(balancer, 'add_target', () => void (balancer.targets = [...balancer.targets, target]));
    },
    remove_target: (balancer, { body }) => {
      const target = targetOf(cloud, body);
      return act(balancer, 'remove_target', () => {
        balancer.targets = balancer.targets.filter((other) => !same(other, target));
      });
    },
  };
}

function targetOf(cloud: Cloud, body: Body): LoadBalancerTarget {
  const type = body.text('type');
  const use_private_ip = body.flag('use_private_ip', false);
  if (type === 'server') {
    const { id } = cloud.servers.get(body.body('server').number('id'));
    return { type, what: String(id), use_private_ip };
  }
  if (type === 'ip') return { type, what: body.body('ip').text('ip'), use_private_ip };
  if (type !== 'label_selector') throw ApiError.field('type', 'Must be one of: server, label_selector, ip.');
  const what = body.body('label_selector').text('selector');
  labelSelector(what);
  return { type, what, use_private_ip };
}

function networkCommands(cloud: Cloud, act: Act): Commands {
  return {
    attach_to_network: (balancer, { body }) => {
      if (balancer.network !== null) {
        throw new ApiError('load_balancer_already_attached', 'load balancer is already attached to a network');
      }
      const network = cloud.networks.get(body.number('network'));
      const ip = privateAddress(cloud, network, body.optionalText('ip'), body.optionalText('ip_range'));
      return act(balancer, 'attach_to_network', () => void (balancer.network = { network: network.id, ip }));
    },
    detach_from_network: (balancer) => {
      if (balancer.network === null) {
        throw new ApiError('load_balancer_not_attached_to_network', 'load balancer is not attached to a network');
      }
      return act(balancer, 'detach_from_network', () => void (balancer.network = null));
    },
    enable_public_interface: (balancer) =>
      act(balancer, 'enable_public_interface', () => void (balancer.publicInterface = true)),
    disable_public_interface: (balancer) =>
      act(balancer, 'disable_public_interface', () => void (balancer.publicInterface = false)),
  };
}
