import { ApiError } from '../api/api-error';
import type { ApiRequest } from '../api/router';
import type { Action } from '../cloud/actions';
import type { Cloud } from '../cloud/cloud';
import type { Server } from '../entities/server';
import type { Command } from './action-routes';
import { leave, memberOf, privateAddress } from './private-addresses';
import { act } from './server-commands';

/** What a server can be told about networks. */
export function serverNetworkCommands(cloud: Cloud): { readonly [command: string]: Command<Server> } {
  return {
    attach_to_network: (server, request) => attach(cloud, server, request),
    detach_from_network: (server, { body }) => {
      const { network } = member(server, body.number('network'));
      return act(cloud, server, 'detach_from_network', () => leave(server, network));
    },
    change_alias_ips: (server, { body }) => {
      const address = member(server, body.number('network'));
      const aliases = body.texts('alias_ips');
      return act(cloud, server, 'change_alias_ips', () => void (address.aliasIps = aliases));
    },
  };
}

function attach(cloud: Cloud, server: Server, { body }: ApiRequest): Action {
  const network = cloud.networks.get(body.number('network'));
  if (server.privateNet.some((address) => address.network === network.id)) {
    throw new ApiError('server_already_attached', 'server is already attached to the network');
  }
  const ip = privateAddress(cloud, network, body.optionalText('ip'), body.optionalText('ip_range'));
  const address = memberOf(cloud, network, ip, body.texts('alias_ips'));
  return act(cloud, server, 'attach_to_network', () => {
    server.privateNet = [...server.privateNet, address];
  });
}

function member({ privateNet }: Server, network: number) {
  const found = privateNet.find((address) => address.network === network);
  if (found === undefined) throw ApiError.notFound(`network ${network} of the server`);
  return found;
}
