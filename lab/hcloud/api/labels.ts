import { ApiError } from './api-error';

export type Labels = { readonly [key: string]: string };

const PREFIX = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
const KEY = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const VALUE = /^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;

/** @throws ApiError for a label that the API refuses */
export function checkLabels(labels: unknown): Labels {
  if (typeof labels !== 'object' || labels === null) throw ApiError.field('labels', 'Not an object.');
  for (const [key, value] of Object.entries(labels)) {
    const parts = key.split('/');
    const fits = parts.length === 1 || (parts.length === 2 && PREFIX.test(parts[0]!));
    if (!fits || !KEY.test(parts.at(-1)!)) throw ApiError.field('labels', `invalid label key ${JSON.stringify(key)}`);
    if (typeof value !== 'string' || !VALUE.test(value)) {
      throw ApiError.field('labels', `invalid label value ${JSON.stringify(value)} of ${JSON.stringify(key)}`);
    }
  }
  return labels as Labels;
}
