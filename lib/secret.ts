import type { SecretSource } from './secret-source';
import type { SecretStorage } from './secret-storage';

/**
 * A secret that the host gets with the system: `config.cdktf-nixos.secrets.<name>.path`. It is read when a deployment is
 * applied, and reaches the host over the deployment's own connection. It is in no state, plan, store or log.
 */
export interface Secret {
  /** Where it is read, on the machine that applies. */
  readonly source: SecretSource;
  /**
   * Another text deploys the secret again. Terraform's plan cannot see the secret itself: a digest in the state would let
   * anyone guess a short one. May be a Terraform token.
   * @default - the digest of the ciphertext, for `SecretSource.sops` and `SecretSource.age`; any other source needs one
   */
  readonly version?: string;
  /**
   * Where the host keeps it.
   * @default SecretStorage.KEPT
   */
  readonly storage?: SecretStorage;
  /**
   * The user who owns the file, by name or number, as the new system knows it.
   * @default 'root'
   */
  readonly owner?: string;
  /**
   * The group of the file, by name or number, as the new system knows it.
   * @default 'root'
   */
  readonly group?: string;
  /**
   * The file's mode: four octal digits, none of them for others.
   * @default '0400'
   */
  readonly mode?: string;
  /**
   * Units that are restarted when the secret changes, by their full name.
   * @default - none
   */
  readonly restartUnits?: string[];
  /**
   * Units that are reloaded when the secret changes, by their full name.
   * @default - none
   */
  readonly reloadUnits?: string[];
}
