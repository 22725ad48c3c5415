import { ApiError } from '../api/api-error';
import type { Entity } from '../entities/entity';
import type { History } from './history';

/** Everything of one type in a project. */
export class Collection<T extends Entity> {
  private readonly entities = new Map<number, T>();

  /**
   * @param type as in the API's paths
   * @param noun one of them, in messages
   */
  constructor(
    readonly type: string,
    readonly noun: string,
    private readonly nextId: () => number,
    private readonly history: History,
  ) {}

  /** Adds one with a new id. */
  add(rest: Omit<T, 'id' | 'created'>): T {
    const entity = { id: this.nextId(), created: new Date().toISOString(), ...rest } as T;
    this.entities.set(entity.id, entity);
    this.history.begin(this.type, entity);
    return entity;
  }

  all(): T[] {
    return [...this.entities.values()];
  }

  find(id: number | null): T | undefined {
    return id === null ? undefined : this.entities.get(id);
  }

  /** @throws ApiError if there is none */
  get(id: number | string): T {
    const entity = this.entities.get(Number(id));
    if (entity === undefined) throw ApiError.notFound(`${this.noun} with ID '${id}'`);
    return entity;
  }

  remove(entity: T): void {
    this.entities.delete(entity.id);
    this.history.end(entity);
  }

  /** @throws ApiError if another one has the name */
  claim(name: string, owner?: T): string {
    if (name === '') throw ApiError.field('name', 'Length must be between 1 and 128.');
    if (this.all().some((entity) => entity.name === name && entity !== owner)) {
      throw new ApiError('uniqueness_error', `${this.noun} name is already used`, { fields: [{ name: 'name' }] });
    }
    return name;
  }
}
