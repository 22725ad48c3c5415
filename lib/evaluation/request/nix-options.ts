/** How a configuration is evaluated, where that differs from the usual. */
export interface NixOptions {
  /**
   * Evaluation may build what a configuration imports (import from derivation). Then synth and `cdktf diff` build too,
   * when it is not built yet.
   * @default false
   */
  readonly importFromDerivation?: boolean;
  /**
   * Evaluation of a flake may read files outside of it, and the environment.
   * @default false
   */
  readonly impure?: boolean;
  /**
   * Settings of nix.conf for evaluation, by name.
   * @default - those of the machine
   */
  readonly settings?: { readonly [name: string]: string };
  /**
   * How long one evaluator process may take, in seconds.
   * @default 1800
   */
  readonly timeoutSeconds?: number;
}
