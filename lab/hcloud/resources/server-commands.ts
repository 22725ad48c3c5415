import { randomBytes } from 'node:crypto';
import { ApiError } from '../api/api-error';
import type { ApiRequest } from '../api/router';
import { SERVER_TYPES } from '../catalog/server-types';
import type { Action } from '../cloud/actions';
import type { Cloud } from '../cloud/cloud';
import type { Server } from '../entities/server';
import type { Command } from './action-routes';
import { catalogEntry } from './catalog-routes';
import { refuseFullGroup } from './placement-group';
import { createImage } from './server-image';
import { boot, cut, refuseRunning, statusOf } from './server-power';
import { imageFor } from './server-request';

type Commands = { readonly [command: string]: Command<Server> };

/** What a server can be told to do, besides what is about networks. */
export function serverCommands(cloud: Cloud): Commands {
  return {
    ...powerCommands(cloud),
    ...rescueCommands(cloud),
    ...placementCommands(cloud),
    create_image: (server, { body }) => createImage(cloud, server, body),
    rebuild: (server, request) => rebuild(cloud, server, request),
    change_type: (server, request) => changeType(cloud, server, request),
    change_protection: (server, { body }) =>
      cloud.actions.beside('change_protection', [{ type: 'server', id: server.id }], () => {
        server.protection.delete = body.flag('delete', server.protection.delete);
        server.protection.rebuild = body.flag('rebuild', server.protection.rebuild);
      }),
    change_dns_ptr: (server, { body }) =>
      cloud.actions.beside('change_dns_ptr', [{ type: 'server', id: server.id }], () => {
        const ip = body.text('ip');
        const primary = [server.ipv4, server.ipv6].map((id) => cloud.primaryIps.find(id));
        const owner = primary.find((candidate) => candidate?.type === (ip.includes(':') ? 'ipv6' : 'ipv4'));
        if (owner === undefined) throw ApiError.field('ip', 'the server does not have it');
        owner.dnsNames.set(ip, body.optionalText('dns_ptr'));
      }),
    enable_backup: (server) => act(cloud, server, 'enable_backup', () => void (server.backupWindow = '22-02')),
    disable_backup: (server) => act(cloud, server, 'disable_backup', () => void (server.backupWindow = null)),
  };
}

/** An action that nothing else on the server may run beside. */
export function act(cloud: Cloud, server: Server, command: string, work: () => void | Promise<void>): Action {
  cloud.actions.refuseLocked('server', server.id);
  return cloud.actions.start(command, [{ type: 'server', id: server.id }], work);
}

function powerCommands(cloud: Cloud): Commands {
  const off = (server: Server) => act(cloud, server, 'stop_server', () => cut(server));
  const again = async (server: Server) => {
    await cut(server);
    await boot(cloud, server);
  };
  return {
    poweron: (server) =>
      act(cloud, server, 'start_server', () => (statusOf(server) === 'off' ? boot(cloud, server) : undefined)),
    poweroff: off,
    shutdown: (server) => act(cloud, server, 'shutdown_server', () => cut(server)),
    reboot: (server) => act(cloud, server, 'reboot_server', () => again(server)),
    reset: (server) => act(cloud, server, 'reset_server', () => again(server)),
  };
}

function rescueCommands(cloud: Cloud): Commands {
  return {
    enable_rescue: (server, { body }) => {
      const type = body.optionalText('type') ?? 'linux64';
      if (type !== 'linux64') throw ApiError.field('type', 'Must be linux64.');
      const keys = body.numbers('ssh_keys').map((id) => cloud.sshKeys.get(id).public_key);
      const action = act(cloud, server, 'enable_rescue', () => void (server.rescue = keys));
      return { action, root_password: randomBytes(9).toString('base64url') };
    },
    disable_rescue: (server) => act(cloud, server, 'disable_rescue', () => void (server.rescue = null)),
  };
}

function placementCommands(cloud: Cloud): Commands {
  return {
    add_to_placement_group: (server, { body }) => {
      const group = cloud.placementGroups.get(body.number('placement_group'));
      refuseRunning(server);
      refuseFullGroup(cloud, group);
      return act(cloud, server, 'add_to_placement_group', () => void (server.placementGroup = group.id));
    },
    remove_from_placement_group: (server) =>
      act(cloud, server, 'remove_from_placement_group', () => void (server.placementGroup = null)),
  };
}

function rebuild(cloud: Cloud, server: Server, { body }: ApiRequest) {
  if (server.protection.rebuild) throw new ApiError('protected', 'server rebuild is protected');
  const image = imageFor(cloud, body.idOrName('image'), server.type, server.diskSize);
  const action = act(cloud, server, 'rebuild_server', async () => {
    await cut(server);
    await server.machine!.write(image.disk ?? {});
    server.image = image;
    server.userData = body.optionalText('user_data') ?? server.userData;
    await boot(cloud, server);
  });
  return { action, root_password: server.keys.length === 0 ? randomBytes(9).toString('base64url') : null };
}

function changeType(cloud: Cloud, server: Server, { body }: ApiRequest): Action {
  const type = catalogEntry(SERVER_TYPES, body.idOrName('server_type'), 'server_type');
  refuseRunning(server);
  if (type.architecture !== server.type.architecture || type.disk < server.diskSize) {
    throw ApiError.field('server_type', `server type ${type.name} does not fit: its disk or architecture`);
  }
  const upgradeDisk = body.flag('upgrade_disk', false);
  return act(cloud, server, 'change_server_type', () => {
    server.type = type;
    if (upgradeDisk) server.diskSize = type.disk;
  });
}
