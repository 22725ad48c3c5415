import type { StorageName } from './job/secret-fields';

/** Where a host keeps a secret. */
export class SecretStorage {
  /**
   * Encrypted on the disk with a key of the host, and opened in memory at each boot: a restart, a power cut and a rollback
   * find the secret that belongs to the system that runs. Without a TPM the key is itself a file that only root reads, so
   * this protects a copied disk image no more than such a file.
   */
  static readonly KEPT = new SecretStorage('kept');
  /**
   * In memory only, never in swap. It is gone when the host restarts; units that need it do not start until the next
   * deployment brings it again.
   */
  static readonly MEMORY = new SecretStorage('memory');

  /** The word for it: `kept` or `memory`. */
  readonly name: string;

  private constructor(name: StorageName) {
    this.name = name;
  }
}
