import { nothing, type ApiRequest, type Route } from '../api/router';
import type { Cloud } from '../cloud/cloud';
import type { Image } from '../entities/image';
import { commandRoutes } from './action-routes';
import { refuseProtected, resourceRoutes } from './routes';

/** As the API shows it. */
export function renderImage(image: Image): object {
  const shown = Object.entries(image).filter(([field]) => field !== 'disk');
  const rest = { bound_to: null, rapid_deploy: image.type === 'system', deprecated: null, deleted: null };
  return { ...Object.fromEntries(shown), ...rest };
}

export function imageRoutes(cloud: Cloud): Route[] {
  const { images, stock, actions, machines } = cloud;
  return [
    ...resourceRoutes<Image>({
      collection: images,
      singular: 'image',
      render: renderImage,
      all: () => [...stock, ...images.all()],
      filters: {
        type: ({ type }, types) => types.includes(type),
        status: ({ status }, statuses) => statuses.includes(status),
        architecture: ({ architecture }, architectures) => architectures.includes(architecture),
      },
      update,
      remove: async (image) => {
        refuseProtected(image, 'image');
        actions.refuseLocked('image', image.id);
        images.remove(image);
        if (image.disk !== undefined) await machines.forget(image.disk);
        return nothing;
      },
    }),
    ...commandRoutes(images, 'image', actions, {
      change_protection: (image, { body }) =>
        actions.start('change_protection', [{ type: 'image', id: image.id }], () => {
          image.protection.delete = body.flag('delete', image.protection.delete);
        }),
    }),
  ];
}

function update(image: Image, { body }: ApiRequest): void {
  image.description = body.optionalText('description') ?? image.description;
  if (body.has('labels')) image.labels = body.labels();
}
