import type { Location } from '../catalog/locations';
import type { Entity } from './entity';

/** A disk of its own. */
export interface Volume extends Entity {
  /** In GB. */
  size: number;
  status: 'creating' | 'available';
  server: number | null;
  readonly location: Location;
  readonly format: string | null;
  readonly protection: { delete: boolean };
}
