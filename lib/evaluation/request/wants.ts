import { canonicalJson } from '../../private/canonical-json';

/**
 * One thing to find out about what a row evaluates. `nix/wants.nix` answers it by its kind; everything between here
 * and there passes it on as it is, so a new kind needs a constant here and a function there.
 */
export class Want<Answer> {
  /** As nix/wants.nix gets it. */
  readonly data: { readonly kind: string };
  /** Equal for equal wants. */
  readonly key: string;
  /** Never there: ties a want to the type of its answer. */
  declare readonly answer: Answer;

  /** @param members what the kind needs to know besides, as plain data */
  constructor(kind: string, members: { readonly [name: string]: unknown } = {}) {
    this.data = { ...members, kind };
    this.key = canonicalJson(this.data);
  }
}

/** A derivation and its output. Synth keeps every derivation that an answer names from garbage collection. */
export interface DerivationAnswer {
  readonly drv: string;
  readonly out: string;
}

interface ToplevelAnswer extends DerivationAnswer {
  /** The platform: `x86_64-linux`. */
  readonly system: string;
  /** It has bin/switch-to-configuration. */
  readonly switchable: boolean;
}

/** An option's value, or why JSON cannot carry it, or where its path ends. */
export type OptionAnswer =
  | { readonly value: unknown }
  | { readonly unsupported: string }
  /** A whole number that a number of JavaScript or Terraform would change. */
  | { readonly inexact: string }
  | { readonly missing: MissingOption };

export interface MissingOption {
  /** The part of the path that exists. */
  readonly at: readonly string[];
  /** The names that exist there instead of the next one; null when it is not a set. */
  readonly names: readonly string[] | null;
}

export interface Accounts {
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

/** Whether a configuration takes a new host's key from user data, and from whose. */
export interface FirstBoot {
  readonly enabled: boolean;
  /** The cloud that gives the user data; null when the configuration does not say. */
  readonly source: string | null;
}

/** The system of a configuration. */
export const TOPLEVEL = new Want<ToplevelAnswer>('toplevel');
/** The names of the values that a configuration declares; null when it does not import the module for them. */
export const DECLARED_VALUES = new Want<readonly string[] | null>('declaredValues');
/** The names of the secrets that a configuration declares; null when it does not import the module for them. */
export const DECLARED_SECRETS = new Want<readonly string[] | null>('declaredSecrets');
/** The names of the users and groups that a configuration declares; null when it has no options for them. */
export const ACCOUNTS = new Want<Accounts | null>('accounts');
/** The full names of the systemd units that a configuration declares; null when it has no option for them. */
export const UNITS = new Want<readonly string[] | null>('units');
/** The first boot of a configuration; null when it does not import the module for it. */
export const FIRST_BOOT = new Want<FirstBoot | null>('firstBoot');
/** The names of a flake's `nixosConfigurations`. */
export const CONFIGURATION_NAMES = new Want<readonly string[]>('configurationNames');

/** An option of a configuration. */
export function optionWant(path: readonly string[]): Want<OptionAnswer> {
  return new Want('option', { path });
}

/** A derivation, by its path below what the row evaluates; an empty path is the row itself. */
export function derivationWant(path: readonly string[]): Want<DerivationAnswer> {
  return new Want('derivation', { path });
}

/** A set of wants, each once, in the order in which they came. */
export class Wants implements Iterable<Want<unknown>> {
  static readonly NONE = new Wants(new Map());

  static of(...wants: readonly Want<unknown>[]): Wants {
    return Wants.NONE.add(...wants);
  }

  private constructor(private readonly wants: ReadonlyMap<string, Want<unknown>>) {}

  get isEmpty(): boolean {
    return this.wants.size === 0;
  }

  add(...wants: readonly Want<unknown>[]): Wants {
    const added = wants.filter(({ key }) => !this.wants.has(key));
    return added.length === 0
      ? this
      : new Wants(new Map([...this.wants, ...added.map((want) => [want.key, want] as const)]));
  }

  merge(other: Wants): Wants {
    return this.add(...other);
  }

  /** Those that have no answer yet. */
  missing(known: Answers): Wants {
    return Wants.of(...[...this].filter((want) => !known.has(want)));
  }

  /** Those that a process evaluates together with those of other rows, and each of those that need one of their own. */
  byProcess(): Wants[] {
    const alone = [...this].filter(({ data }) => data.kind === 'image');
    return [Wants.of(...[...this].filter((want) => !alone.includes(want))), ...alone.map((want) => Wants.of(want))];
  }

  /** All but the one at a place in the order. */
  without(index: number): Wants {
    return Wants.of(...[...this].filter((_, at) => at !== index));
  }

  /** The path of the option at a place in the order; undefined when something else is wanted there. */
  optionAt(index: number): readonly string[] | undefined {
    const data: { readonly kind: string; readonly path?: readonly string[] } | undefined = this.data()[index];
    return data?.kind === 'option' ? data.path : undefined;
  }

  /** The variant of the image at a place in the order; undefined when something else is wanted there. */
  imageAt(index: number): string | undefined {
    const data: { readonly kind: string; readonly variant?: string } | undefined = this.data()[index];
    return data?.kind === 'image' ? data.variant : undefined;
  }

  /** As nix/wants.nix gets them. */
  data(): { readonly kind: string }[] {
    return [...this].map(({ data }) => data);
  }

  [Symbol.iterator](): Iterator<Want<unknown>> {
    return this.wants.values();
  }
}

/** What is known by now, by want. */
export class Answers {
  static readonly NONE = new Answers(new Map());

  private constructor(private readonly answers: ReadonlyMap<string, unknown>) {}

  has(want: Want<unknown>): boolean {
    return this.answers.has(want.key);
  }

  /** The answer to what was asked for; any other want is a mistake of the caller. */
  get<Answer>(want: Want<Answer>): Answer {
    if (!this.has(want)) throw new Error(`nobody asked for ${want.key}`);
    return this.answers.get(want.key) as Answer;
  }

  /** The answer, or undefined when there is none: not asked for, or not evaluated. */
  find<Answer>(want: Want<Answer>): Answer | undefined {
    return this.answers.get(want.key) as Answer | undefined;
  }

  /** @param answers in the order of the wants */
  with(wants: Wants, answers: readonly unknown[]): Answers {
    return new Answers(
      new Map([...this.answers, ...[...wants].map((want, index) => [want.key, answers[index]] as const)]),
    );
  }

  /** All derivations among them. */
  derivations(): DerivationAnswer[] {
    return [...this.answers.values()].filter(isDerivation);
  }
}

/** By its form, which no other answer has (nix/wants.nix). */
function isDerivation(answer: unknown): answer is DerivationAnswer {
  return typeof answer === 'object' && answer !== null && 'drv' in answer && 'out' in answer;
}
