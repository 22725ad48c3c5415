import { ApiError } from '../api/api-error';
import { listing } from '../api/listing';
import { ok, type Route } from '../api/router';
import { LOAD_BALANCER_TYPES } from '../catalog/load-balancer-types';
import { LOCATIONS } from '../catalog/locations';
import { SERVER_TYPES } from '../catalog/server-types';

interface Row {
  readonly id: number;
  readonly name: string;
}

/** What the cloud itself has, which nobody changes. */
export function catalogRoutes(): Route[] {
  return [
    ...rows('locations', 'location', LOCATIONS),
    ...rows('server_types', 'server_type', SERVER_TYPES),
    ...rows('load_balancer_types', 'load_balancer_type', LOAD_BALANCER_TYPES),
    ...rows('isos', 'iso', []),
  ];
}

function rows(plural: string, singular: string, all: readonly Row[]): Route[] {
  const entities = all.map((row) => ({ ...row, labels: {}, created: '' }));
  return [
    {
      method: 'GET',
      path: `/${plural}`,
      handle: ({ query }) => {
        const page = listing(entities, query, {});
        return ok({ [plural]: page.entities, meta: page.meta });
      },
    },
    {
      method: 'GET',
      path: `/${plural}/:id`,
      handle: ({ params }) => ok({ [singular]: row(all, params.id!, singular) }),
    },
  ];
}

function row(all: readonly Row[], id: string, noun: string): Row {
  const found = all.find((candidate) => candidate.id === Number(id));
  if (found === undefined) throw ApiError.notFound(`${noun} with ID '${id}'`);
  return found;
}

/** @throws ApiError for a name or id that the cloud does not have */
export function catalogEntry<T extends Row>(all: readonly T[], idOrName: string, field: string): T {
  const found = all.find(({ id, name }) => name === idOrName || String(id) === idOrName);
  if (found === undefined) throw ApiError.field(field, `${field} ${JSON.stringify(idOrName)} not found`);
  return found;
}
