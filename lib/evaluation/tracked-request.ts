import type { IConstruct } from 'constructs';
import { Knowledge, optionKey } from './knowledge';
import type { EvaluationRequest, Wanted } from './request/request';
import type { OptionResult, RowResult, RowWant } from './request/row';

/** One request of a tree: who asked, what they want of it, and what is known by now. */
export class Entry {
  readonly scopes = new Set<IConstruct>();
  /** Its modules are being read: a value that they are made of must not need this entry. */
  preparing = false;
  /** Shared with other entries once it is known that they ask for the same. */
  knowledge = new Knowledge();
  private toplevelWanted = false;
  private valuesWanted = false;
  private readonly wantedOptions = new Map<string, readonly string[]>();

  constructor(readonly request: EvaluationRequest) {}

  /** Who asked first; names the request in Nix's own errors. */
  get scope(): IConstruct {
    const [first] = this.scopes;
    return first;
  }

  add(scope: IConstruct, wanted: Wanted): void {
    this.scopes.add(scope);
    this.toplevelWanted ||= wanted.toplevel ?? false;
    this.valuesWanted ||= wanted.values ?? false;
    if (wanted.option) this.wantedOptions.set(optionKey(wanted.option), wanted.option);
  }

  /** What is wanted and not known yet; nothing when there is none of it, or none to come. */
  missing(): RowWant | undefined {
    if (this.knowledge.failure) return undefined;
    const known = this.knowledge.known();
    const options = [...this.wantedOptions.values()].filter((option) => !this.knowledge.option(option));
    const toplevel = this.toplevelWanted && known?.drv === undefined;
    const values = this.valuesWanted && known?.values === undefined;
    const anything = toplevel || values || options.length > 0;
    return (this.request.kind === 'configuration' ? anything : known === undefined)
      ? { toplevel, options, values }
      : undefined;
  }

  /** Throws when the evaluation failed. */
  result(): RowResult {
    if (this.knowledge.failure) throw this.knowledge.failure;
    return this.knowledge.known() ?? {};
  }

  /** Throws when the evaluation failed. */
  option(path: readonly string[]): OptionResult | undefined {
    if (this.knowledge.failure) throw this.knowledge.failure;
    return this.knowledge.option(path);
  }
}
