import type { Answers } from './wants';

/**
 * What is known of a configuration after its evaluation.
 * @internal
 */
export interface EvaluatedConfiguration {
  /** The system's store path. */
  readonly toplevel: string;
  /** Its derivation; missing for a store path. */
  readonly drvPath?: string;
  /** The platform: `x86_64-linux`; missing for a store path. */
  readonly system?: string;
  /** It has bin/switch-to-configuration. */
  readonly switchable: boolean;
  /** The answers to everything that was wanted; none for a store path. */
  readonly answers: Answers;
}
