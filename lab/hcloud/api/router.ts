import { ApiError } from './api-error';
import type { Body } from './body';

/** A request whose sender may ask. */
export interface ApiRequest {
  /** What the placeholders of the route's path stand for. */
  readonly params: { readonly [name: string]: string };
  readonly query: URLSearchParams;
  readonly body: Body;
}

export interface ApiAnswer {
  readonly status: number;
  /** @default - no body */
  readonly body?: object;
}

/** @returns what the body is made of; an answer of another status than 200 is made with {@link answer} */
type Handler = (request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>;

/** One thing that the API can be asked. In its path, `:id` is a number. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly handle: Handler;
}

export const ok = (body: object): ApiAnswer => ({ status: 200, body });
export const created = (body: object): ApiAnswer => ({ status: 201, body });
export const nothing: ApiAnswer = { status: 204 };

/** Finds the route of a request. */
export class Router {
  private readonly routes: readonly { readonly route: Route; readonly pattern: RegExp }[];

  constructor(routes: readonly Route[]) {
    this.routes = routes.map((route) => ({ route, pattern: patternOf(route.path) }));
  }

  /** @throws ApiError if there is none */
  find(method: string, path: string): { readonly handle: Handler; readonly params: ApiRequest['params'] } {
    for (const { route, pattern } of this.routes) {
      const match = route.method === method ? pattern.exec(path) : null;
      if (match !== null) return { handle: route.handle, params: { ...match.groups } };
    }
    throw ApiError.notFound(`the path ${method} ${path}`);
  }
}

function patternOf(path: string): RegExp {
  return new RegExp(
    `^${path.replace(/:(\w+)/g, (_, name: string) => `(?<${name}>${name === 'id' ? '\\d+' : '[^/]+'})`)}$`,
  );
}
