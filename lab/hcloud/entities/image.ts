import type { Architecture } from '../catalog/server-types';
import type { Disk } from '../machines/machine';
import type { Entity } from './entity';

/** What the disk of a server is made of. */
export interface Image extends Entity {
  readonly type: 'system' | 'snapshot';
  status: 'creating' | 'available';
  description: string;
  /** Used, in GB. */
  image_size: number | null;
  /** The disk that it was made of, in GB: a smaller one cannot take it. */
  readonly disk_size: number;
  readonly created_from: { readonly id: number; readonly name: string } | null;
  readonly architecture: Architecture;
  readonly os_flavor: string;
  readonly os_version: string | null;
  readonly protection: { delete: boolean };
  /** What is on it; undefined while it is made. */
  disk?: Disk;
}
