import type { Entity } from '../entities/entity';
import { ApiError } from './api-error';
import { labelSelector } from './label-selector';

const DEFAULT_PER_PAGE = 25;
const MAX_PER_PAGE = 50;

/** Parameters of a query that keep some entities: whether one fits the values of the parameter. */
export type Filters<T> = { readonly [parameter: string]: (entity: T, values: readonly string[]) => boolean };

/** The entities of one page, and what the API says about all pages. */
export interface Page<T> {
  readonly entities: readonly T[];
  readonly meta: object;
}

/** Filters, sorts and cuts into pages, as the query asks. */
export function listing<T extends Entity>(all: readonly T[], query: URLSearchParams, filters: Filters<T>): Page<T> {
  const kept = all.filter((entity) => matches(entity, query, filters));
  return page(sorted(kept, query.getAll('sort')), query);
}

function matches<T extends Entity>(entity: T, query: URLSearchParams, filters: Filters<T>): boolean {
  if (query.has('name') && entity.name !== query.get('name')) return false;
  const selector = query.get('label_selector') ?? '';
  if (selector !== '' && !labelSelector(selector)(entity.labels)) return false;
  return Object.entries(filters).every(
    ([parameter, fits]) => !query.has(parameter) || fits(entity, query.getAll(parameter)),
  );
}

/** @param orders such as `name`, `created:desc` */
function sorted<T extends Entity>(entities: readonly T[], orders: readonly string[]): readonly T[] {
  const keys = [...orders, 'id'].map((order) => order.split(':'));
  return [...entities].sort((a, b) => {
    for (const [field, direction] of keys) {
      const [left, right] = [a, b].map((entity) => (entity as unknown as { [name: string]: string })[field!] ?? '');
      if (left !== right) return left! < right! === (direction !== 'desc') ? -1 : 1;
    }
    return 0;
  });
}

function page<T>(entities: readonly T[], query: URLSearchParams): Page<T> {
  const number = positive(query, 'page', 1);
  const size = Math.min(positive(query, 'per_page', DEFAULT_PER_PAGE), MAX_PER_PAGE);
  const last = Math.max(1, Math.ceil(entities.length / size));
  const pagination = {
    page: number,
    per_page: size,
    previous_page: number > 1 ? number - 1 : null,
    next_page: number < last ? number + 1 : null,
    last_page: last,
    total_entries: entities.length,
  };
  return { entities: entities.slice((number - 1) * size, number * size), meta: { pagination } };
}

function positive(query: URLSearchParams, parameter: string, otherwise: number): number {
  const value = Number(query.get(parameter) ?? otherwise);
  if (!Number.isInteger(value) || value < 1) throw ApiError.field(parameter, 'Must be a whole number from 1.');
  return value;
}
