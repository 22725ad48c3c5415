import { ApiError } from './api-error';
import { checkLabels, type Labels } from './labels';

/** The JSON of a request, read field by field. */
export class Body {
  constructor(readonly json: { readonly [field: string]: unknown }) {}

  has(field: string): boolean {
    return this.json[field] !== undefined && this.json[field] !== null;
  }

  text(field: string): string {
    return this.optionalText(field) ?? missing(field);
  }

  optionalText(field: string): string | undefined {
    return this.typed(field, 'string');
  }

  number(field: string): number {
    return this.optionalNumber(field) ?? missing(field);
  }

  optionalNumber(field: string): number | undefined {
    return this.typed(field, 'number');
  }

  flag(field: string, otherwise: boolean): boolean {
    return this.typed<boolean>(field, 'boolean') ?? otherwise;
  }

  /** An id or a name. */
  idOrName(field: string): string {
    const value = this.json[field];
    if (typeof value !== 'string' && typeof value !== 'number') return missing(field);
    return String(value);
  }

  numbers(field: string): number[] {
    return this.list(field).map((item) => (typeof item === 'number' ? item : wrong(field, 'a list of numbers')));
  }

  texts(field: string): string[] {
    return this.list(field).map((item) => (typeof item === 'string' ? item : wrong(field, 'a list of texts')));
  }

  bodies(field: string): Body[] {
    return this.list(field).map((item) => bodyOf(field, item));
  }

  /** @default - an empty one */
  body(field: string): Body {
    return bodyOf(field, this.json[field] ?? {});
  }

  labels(): Labels {
    return checkLabels(this.json.labels ?? {});
  }

  private list(field: string): unknown[] {
    const value = this.json[field] ?? [];
    return Array.isArray(value) ? value : wrong(field, 'a list');
  }

  private typed<T>(field: string, type: string): T | undefined {
    if (!this.has(field)) return undefined;
    return typeof this.json[field] === type ? (this.json[field] as T) : wrong(field, `a ${type}`);
  }
}

function bodyOf(field: string, value: unknown): Body {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong(field, 'an object');
  return new Body(value as Body['json']);
}

function missing(field: string): never {
  throw ApiError.field(field, 'Missing data for required field.');
}

function wrong(field: string, expected: string): never {
  throw ApiError.field(field, `Not ${expected}.`);
}
