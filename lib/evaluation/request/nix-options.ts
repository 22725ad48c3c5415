/** Options of an evaluation. */
export interface NixOptions {
  /**
   * Whether evaluation may build derivations that a configuration imports (import from derivation). Then synth and
   * `cdktf diff` build too, unless the output exists already.
   * @default false
   */
  readonly importFromDerivation?: boolean;
  /**
   * Whether the evaluation of a flake may read the environment and files outside the flake.
   * @default false
   */
  readonly impure?: boolean;
  /**
   * Settings of nix.conf for evaluation, by name: `{ 'max-call-depth': '20000' }`.
   * @default - those of the machine
   */
  readonly settings?: { readonly [name: string]: string };
  /**
   * The time that one evaluator process may take, in seconds.
   * @default 1800
   */
  readonly timeoutSeconds?: number;
}
