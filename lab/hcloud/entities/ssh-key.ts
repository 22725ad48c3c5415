import type { Entity } from './entity';

/** A public key that servers are given. */
export interface SshKey extends Entity {
  readonly public_key: string;
  readonly fingerprint: string;
}
