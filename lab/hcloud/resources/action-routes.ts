import { listing } from '../api/listing';
import { created, ok, type ApiRequest, type Route } from '../api/router';
import type { Action, Actions } from '../cloud/actions';
import type { Collection } from '../cloud/collection';
import type { Entity } from '../entities/entity';

/** Something that a thing can be told to do. */
export type Command<T> = (entity: T, request: ApiRequest) => Action | { readonly action: Action } | readonly Action[];

/**
 * The actions of a type of things: one path for each command, and what there was and is.
 *
 * @param resourceType as actions name it: `server`
 */
export function commandRoutes<T extends Entity>(
  collection: Collection<T>,
  resourceType: string,
  actions: Actions,
  commands: { readonly [command: string]: Command<T> },
): Route[] {
  const path = `/${collection.type}/:id/actions`;
  const history: Route = {
    method: 'GET',
    path,
    handle: ({ params, query }) => {
      const own = actions.of(resourceType, collection.get(params.id!).id);
      return listed(own, query);
    },
  };
  return [
    history,
    ...Object.entries(commands).map<Route>(([command, run]) => ({
      method: 'POST',
      path: `${path}/${command}`,
      handle: (request) => {
        const result = run(collection.get(request.params.id!), request);
        if (Array.isArray(result)) return created({ actions: result });
        return created('action' in result ? result : { action: result });
      },
    })),
  ];
}

export function actionRoutes(actions: Actions): Route[] {
  return [
    { method: 'GET', path: '/actions', handle: ({ query }) => listed(actions.all(), query) },
    { method: 'GET', path: '/actions/:id', handle: ({ params }) => ok({ action: actions.get(Number(params.id)) }) },
    {
      method: 'GET',
      path: '/:type/actions/:id',
      handle: ({ params }) => ok({ action: actions.get(Number(params.id)) }),
    },
  ];
}

function listed(all: readonly Action[], query: URLSearchParams) {
  const entities = all.map((action) => ({ ...action, name: null, labels: {}, created: action.started }));
  const page = listing(entities, query, {
    id: ({ id }, ids) => ids.includes(String(id)),
    status: ({ status }, statuses) => statuses.includes(status),
  });
  const shown = page.entities.map(({ id }) => all.find((action) => action.id === id));
  return ok({ actions: shown, meta: page.meta });
}
