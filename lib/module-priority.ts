/** Decides which value counts when several modules set the same option. */
export class ModulePriority {
  /** Weaker than values that are set elsewhere, like `lib.mkDefault`. */
  static readonly DEFAULT = new ModulePriority(1000);
  /** Like a value in a module: equal and mergeable values (lists, sets) go together, others conflict. */
  static readonly NORMAL = new ModulePriority(undefined);
  /** Stronger than values that are set elsewhere, like `lib.mkForce`. */
  static readonly FORCE = new ModulePriority(50);

  private constructor(
    /**
     * The number for `lib.mkOverride`; undefined for a plain value.
     * @internal
     */
    readonly _number: number | undefined,
  ) {}
}
