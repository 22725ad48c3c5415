/** How strongly a module's values are meant, where several modules set the same option. */
export class ModulePriority {
  /** Weaker than what is set elsewhere, as `lib.mkDefault`. */
  static readonly DEFAULT = new ModulePriority(1000);
  /** As written in a module: equal values or mergeable ones (lists, sets) go together, others conflict. */
  static readonly NORMAL = new ModulePriority(undefined);
  /** Stronger than what is set elsewhere, as `lib.mkForce`. */
  static readonly FORCE = new ModulePriority(50);

  private constructor(
    /**
     * The number that `lib.mkOverride` takes; none for a plain value.
     * @internal
     */
    readonly _number: number | undefined,
  ) {}
}
