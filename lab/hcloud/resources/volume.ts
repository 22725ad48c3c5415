import { ApiError } from '../api/api-error';
import type { Body } from '../api/body';
import { created, nothing, type Route } from '../api/router';
import { LOCATIONS } from '../catalog/locations';
import type { Action } from '../cloud/actions';
import type { Cloud } from '../cloud/cloud';
import type { Server } from '../entities/server';
import type { Volume } from '../entities/volume';
import { commandRoutes } from './action-routes';
import { catalogEntry } from './catalog-routes';
import { refuseProtected, resourceRoutes } from './routes';

const MINIMUM_GB = 10;

export function volumeRoutes(cloud: Cloud): Route[] {
  const { volumes, actions } = cloud;
  return [
    { method: 'POST', path: '/volumes', handle: ({ body }) => created(create(cloud, body)) },
    ...resourceRoutes<Volume>({
      collection: volumes,
      singular: 'volume',
      render,
      filters: { status: ({ status }, statuses) => statuses.includes(status) },
      remove: (volume) => {
        refuseProtected(volume, 'volume');
        actions.refuseLocked('volume', volume.id);
        if (volume.server !== null) throw new ApiError('locked', 'volume is attached to a server');
        volumes.remove(volume);
        return nothing;
      },
    }),
    ...commandRoutes(volumes, 'volume', actions, {
      attach: (volume, { body }) => attach(cloud, volume, cloud.servers.get(body.number('server'))),
      detach: (volume) => {
        if (volume.server === null) throw new ApiError('unsupported_error', 'volume is not attached to a server');
        return act(cloud, volume, 'detach_volume', () => void (volume.server = null));
      },
      resize: (volume, { body }) => {
        const size = body.number('size');
        if (size <= volume.size) throw ApiError.field('size', 'must be greater than the current size');
        return act(cloud, volume, 'resize_volume', () => void (volume.size = size));
      },
      change_protection: (volume, { body }) =>
        act(cloud, volume, 'change_protection', () => {
          volume.protection.delete = body.flag('delete', volume.protection.delete);
        }),
    }),
  ];
}

function create(cloud: Cloud, body: Body): object {
  const size = body.number('size');
  if (size < MINIMUM_GB) throw ApiError.field('size', `Must be at least ${MINIMUM_GB}.`);
  const server = body.has('server') ? cloud.servers.get(body.number('server')) : undefined;
  const volume = cloud.volumes.add({
    name: cloud.volumes.claim(body.text('name')),
    labels: body.labels(),
    size,
    status: 'creating',
    server: null,
    location: server?.location ?? catalogEntry(LOCATIONS, body.idOrName('location'), 'location'),
    format: body.optionalText('format') ?? null,
    protection: { delete: false },
  });
  const resources = [{ type: 'volume', id: volume.id }];
  const [action, ...next_actions] = cloud.actions.chain([
    { command: 'create_volume', resources, work: () => void (volume.status = 'available') },
    ...(server === undefined
      ? []
      : [{ command: 'attach_volume', resources, work: () => void (volume.server = server.id) }]),
  ]);
  return { volume: render(volume), action, next_actions };
}

function attach(cloud: Cloud, volume: Volume, server: Server): Action {
  if (volume.server !== null) throw new ApiError('volume_already_attached', 'volume is already attached to a server');
  if (server.location.name !== volume.location.name) {
    throw new ApiError('invalid_input', 'server and volume are in different locations');
  }
  cloud.actions.refuseLocked('server', server.id);
  return act(cloud, volume, 'attach_volume', () => void (volume.server = server.id), server);
}

function act(cloud: Cloud, { id }: Volume, command: string, work: () => void, server?: Server): Action {
  cloud.actions.refuseLocked('volume', id);
  const resources = [{ type: 'volume', id }, ...(server === undefined ? [] : [{ type: 'server', id: server.id }])];
  return cloud.actions.start(command, resources, work);
}

function render(volume: Volume): object {
  return { ...volume, linux_device: `/dev/disk/by-id/scsi-0HC_Volume_${volume.id}` };
}
