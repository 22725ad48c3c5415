/**
 * What is known of a configuration after its evaluation.
 * @internal
 */
export interface EvaluatedConfiguration {
  /** The system's store path. */
  readonly toplevel: string;
  /** Its derivation; absent for a store path. */
  readonly drvPath?: string;
  /** The platform: `x86_64-linux`; absent for a store path. */
  readonly system?: string;
  /** It has bin/switch-to-configuration. */
  readonly switchable: boolean;
  /** Names of the values that it declares; null when it does not import the module, absent when not asked for. */
  readonly values?: readonly string[] | null;
}
