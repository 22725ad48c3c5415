import type { Location } from '../catalog/locations';
import type { ServerType } from '../catalog/server-types';
import type { Machine } from '../machines/machine';
import type { Entity } from './entity';
import type { Image } from './image';

export interface PrivateAddress {
  readonly network: number;
  readonly ip: string;
  aliasIps: readonly string[];
  readonly mac: string;
}

/** A virtual machine. */
export interface Server extends Entity {
  name: string;
  status: 'initializing' | 'starting' | 'running' | 'stopping' | 'off' | 'rebuilding' | 'migrating' | 'deleting';
  type: ServerType;
  image: Image;
  readonly location: Location;
  /** In GB; it can be smaller than that of the type. */
  diskSize: number;
  userData: string;
  /** Public keys that were given when it was made. */
  readonly keys: readonly string[];
  /** Public keys of the rescue system that the next boot starts. */
  rescue: readonly string[] | null;
  readonly protection: { delete: boolean; rebuild: boolean };
  backupWindow: string | null;
  placementGroup: number | null;
  privateNet: readonly PrivateAddress[];
  /** Ids of primary IPs. */
  ipv4: number | null;
  ipv6: number | null;
  /** @default - it is being made */
  machine?: Machine;
}
