import { created, ok, type Route } from '../api/router';
import type { Cloud } from '../cloud/cloud';
import type { Server } from '../entities/server';
import { createServer } from './server-create';
import { deleteServer } from './server-delete';
import { serverCommands } from './server-commands';
import { serverNetworkCommands } from './server-network';
import { commandRoutes } from './action-routes';
import { rename, resourceRoutes } from './routes';
import { statusOf } from './server-power';
import { checkHostName } from './server-request';
import { renderServer } from './server-view';

export function serverRoutes(cloud: Cloud): Route[] {
  const { servers } = cloud;
  return [
    { method: 'POST', path: '/servers', handle: async ({ body }) => created(await createServer(cloud, body)) },
    ...resourceRoutes<Server>({
      collection: servers,
      singular: 'server',
      render: (server) => renderServer(cloud, server),
      filters: { status: (server, statuses) => statuses.includes(statusOf(server)) },
      update: (server, request) => {
        if (request.body.has('name')) checkHostName(request.body.text('name'));
        rename(servers)(server, request);
      },
      remove: (server) => ok({ action: deleteServer(cloud, server) }),
    }),
    ...commandRoutes(servers, 'server', cloud.actions, { ...serverCommands(cloud), ...serverNetworkCommands(cloud) }),
  ];
}
