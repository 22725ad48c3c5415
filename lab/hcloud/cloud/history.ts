import type { Entity } from '../entities/entity';

/** Something that was made at some time. */
export interface Made {
  /** As in the API's paths: `servers`, `images`, ... */
  readonly type: string;
  readonly id: number;
  /** As it was last. */
  readonly name: string | null;
  readonly labels: Entity['labels'];
  readonly made: Date;
  /** @default - it still exists */
  readonly ended?: Date;
}

/** Everything that was ever made, so that a test sees what nobody has ended. */
export class History {
  private readonly records: { readonly type: string; readonly entity: Entity; readonly made: Date; ended?: Date }[] =
    [];

  begin(type: string, entity: Entity): void {
    this.records.push({ type, entity, made: new Date() });
  }

  end(entity: Entity): void {
    const record = this.records.find((candidate) => candidate.entity === entity);
    if (record !== undefined) record.ended = new Date();
  }

  get everMade(): readonly Made[] {
    return this.records.map(({ type, entity, made, ended }) => ({
      type,
      id: entity.id,
      name: entity.name,
      labels: entity.labels,
      made,
      ended,
    }));
  }
}
