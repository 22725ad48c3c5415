import { ApiError } from '../api/api-error';
import { listing, type Filters } from '../api/listing';
import { nothing, ok, type ApiAnswer, type ApiRequest, type Route } from '../api/router';
import type { Collection } from '../cloud/collection';
import type { Entity } from '../entities/entity';

/** What the usual routes of a type of things need. */
export interface Resource<T extends Entity> {
  readonly collection: Collection<T>;
  /** The key of one of them in answers: `ssh_key`. */
  readonly singular: string;
  /** @default - one is shown as it is kept */
  render?(entity: T): object;
  /** @default - all of the collection */
  all?(): readonly T[];
  readonly filters?: Filters<T>;
  /** @default - name and labels */
  update?(entity: T, request: ApiRequest): void;
  /** Ends one. @default - it is only removed */
  remove?(entity: T): ApiAnswer | Promise<ApiAnswer>;
}

/** List, show, change and delete. */
export function resourceRoutes<T extends Entity>(resource: Resource<T>): Route[] {
  const { collection, singular } = resource;
  const path = `/${collection.type}`;
  const render = (entity: T) => resource.render?.(entity) ?? entity;
  const show = (entity: T) => ok({ [singular]: render(entity) });
  const find = ({ params }: ApiRequest) =>
    resource.all?.().find(({ id }) => id === Number(params.id)) ?? collection.get(params.id!);
  return [
    {
      method: 'GET',
      path,
      handle: ({ query }) => {
        const { entities, meta } = listing(resource.all?.() ?? collection.all(), query, resource.filters ?? {});
        return ok({ [collection.type]: entities.map(render), meta });
      },
    },
    { method: 'GET', path: `${path}/:id`, handle: (request) => show(find(request)) },
    {
      method: 'PUT',
      path: `${path}/:id`,
      handle: (request) => {
        const entity = collection.get(request.params.id!);
        (resource.update ?? rename(collection))(entity, request);
        return show(entity);
      },
    },
    {
      method: 'DELETE',
      path: `${path}/:id`,
      handle: (request) => (resource.remove ?? removeFrom(collection))(collection.get(request.params.id!)),
    },
  ];
}

/** Changes name and labels, as far as the request has them. */
export function rename<T extends Entity>(collection: Collection<T>): (entity: T, request: ApiRequest) => void {
  return (entity, { body }) => {
    if (body.has('name')) entity.name = collection.claim(body.text('name'), entity);
    if (body.has('labels')) entity.labels = body.labels();
  };
}

function removeFrom<T extends Entity>(collection: Collection<T>): (entity: T) => ApiAnswer {
  return (entity) => {
    collection.remove(entity);
    return nothing;
  };
}

/** @throws ApiError for what is protected */
export function refuseProtected(entity: { readonly protection: { readonly delete: boolean } }, noun: string): void {
  if (entity.protection.delete) throw new ApiError('protected', `${noun} deletion is protected`);
}
