import { ApiError } from '../api/api-error';
import type { Body } from '../api/body';
import type { Cloud } from '../cloud/cloud';
import type { Image } from '../entities/image';
import type { Server } from '../entities/server';
import { renderImage } from './image';

/** Makes an image of a server's disk. It is there at once, and available when the action has succeeded. */
export function createImage(cloud: Cloud, server: Server, body: Body) {
  cloud.actions.refuseLocked('server', server.id);
  if ((body.optionalText('type') ?? 'snapshot') !== 'snapshot') throw ApiError.field('type', 'Must be snapshot.');
  const image = add(cloud, server, body);
  const resources = [
    { type: 'server', id: server.id },
    { type: 'image', id: image.id },
  ];
  const action = cloud.actions.start('create_image', resources, async () => {
    image.disk = await server.machine!.read();
    image.image_size = 1;
    image.status = 'available';
  });
  return { action, image: renderImage(image) };
}

function add(cloud: Cloud, server: Server, body: Body): Image {
  return cloud.images.add({
    name: null,
    labels: body.labels(),
    type: 'snapshot',
    status: 'creating',
    description: body.optionalText('description') ?? `snapshot of ${server.name}`,
    image_size: null,
    disk_size: server.diskSize,
    created_from: { id: server.id, name: server.name },
    architecture: server.type.architecture,
    os_flavor: server.image.os_flavor,
    os_version: server.image.os_version,
    protection: { delete: false },
  });
}
