import type { Entity } from './entity';

/** Servers on different hosts. */
export interface PlacementGroup extends Entity {
  readonly type: string;
}
