import path from 'node:path';
import { App } from 'cdktf';
import type { IConstruct } from 'constructs';
import { withoutCredentials } from './nix/credentials';
import { Entry } from './tracked-request';
import { EvaluationError, listed } from './nix/evaluation-error';
import { Evaluator } from './evaluator';
import { FailureReport } from './failure-report';
import { withProgress } from './nix/progress';
import { projectDirectory } from '../private/paths';
import type { EvaluationRequest, NamesRequest, Wanted } from './request/request';
import type { OptionResult, RowResult } from './request/row';

const KEY = Symbol.for('cdktf-nixos/evaluation');

/**
 * All that a tree wants to have evaluated. Constructs and tokens request while the program runs; the first one that
 * needs a value has everything evaluated that was requested by then, in one batch.
 */
export class Evaluation {
  /** The registry of a tree; two installed copies of this package share it. */
  static of(scope: IConstruct): Evaluation {
    const root: IConstruct & { [KEY]?: Evaluation } = scope.node.root;
    if (root[KEY] === undefined) {
      Object.defineProperty(root, KEY, { value: new Evaluation(outputDirectory(root)), enumerable: false });
    }
    return root[KEY] as Evaluation;
  }

  private readonly entries = new Map<EvaluationRequest, Entry>();
  /** One request for each flake whose names were asked for. */
  private readonly names = new Map<string, NamesRequest>();
  private readonly report = new FailureReport();
  private readonly tokens = new Map<IConstruct, TokenProblem[]>();
  private readonly evaluator: Evaluator;
  private isPointless = () => false;
  /** Something was evaluated that is not written down yet. */
  private unfinished = false;

  private constructor(
    /** Where synth writes, absolute. */
    readonly outputDirectory: string,
  ) {
    this.evaluator = new Evaluator(projectDirectory(), outputDirectory);
  }

  /** Notes what is wanted, for when something is evaluated. Starts nothing. */
  request(scope: IConstruct, request: EvaluationRequest, wanted: Wanted): void {
    const entry = this.entries.get(request) ?? new Entry(request);
    entry.add(scope, wanted);
    this.entries.set(request, entry);
  }

  /** The result of a request, with everything evaluated that is pending: the program has run. Throws when it failed. */
  result(scope: IConstruct, request: EvaluationRequest, wanted: Wanted): RowResult {
    return this.synthesized(scope, request, wanted).result();
  }

  /** As `result`, but nothing when the evaluation failed; `problems` says why. */
  tryResult(scope: IConstruct, request: EvaluationRequest, wanted: Wanted): RowResult | undefined {
    const entry = this.synthesized(scope, request, wanted);
    return entry.knowledge.failure ? undefined : entry.result();
  }

  /** An option's value, as `result`. */
  option(scope: IConstruct, request: EvaluationRequest, option: readonly string[]): OptionResult {
    return known(this.synthesized(scope, request, { option }).option(option));
  }

  /** An option's value while the program runs: everything requested so far is evaluated, more may come. */
  readOption(scope: IConstruct, request: EvaluationRequest, option: readonly string[]): OptionResult {
    this.request(scope, request, { option });
    this.evaluate([...this.entries.values()]);
    return known(this.entry(request).option(option));
  }

  /** The names of a flake's `nixosConfigurations` while the program runs; nothing else is evaluated. */
  readNames(scope: IConstruct, flake: string): readonly string[] {
    const name = `the names in ${flake}`;
    const request = this.names.get(flake) ?? { kind: 'names', name, source: { kind: 'flake', flake }, settings: {} };
    this.names.set(flake, request);
    this.request(scope, request, {});
    this.evaluate([this.entry(request)]);
    return this.entry(request).result().names ?? [];
  }

  /** Why requests of a construct failed, for its validation; what was reported by another construct is left out. */
  problems(scope: IConstruct, request: EvaluationRequest, wanted: Wanted): string[] {
    if (this.isPointless()) return [];
    this.synthesized(scope, request, wanted);
    return this.report.problems(scope, [...this.entries.values()]);
  }

  /** From now on no validation evaluates while the tree has a problem that is found without; a later call replaces it. */
  pointlessWhile(hasProblem: () => boolean): void {
    this.isPointless = hasProblem;
  }

  /** What is known of an option by now; nothing when its evaluation failed or is still to come. */
  knownOption(request: EvaluationRequest, option: readonly string[]): OptionResult | undefined {
    return this.entries.get(request)?.knowledge.option(option);
  }

  /**
   * As `request`, for a token: what is wrong is said by the construct in whose name it is resolved.
   *
   * @param problem what is wrong with the value, when it was evaluated
   */
  requestInside(scope: IConstruct, request: EvaluationRequest, wanted: Wanted, problem: TokenProblem): void {
    this.request(scope, request, wanted);
    const known = this.tokens.get(scope);
    known?.push(problem);
    if (known) return;
    const problems = [problem];
    this.tokens.set(scope, problems);
    scope.node.addValidation({
      validate: () => [...this.problems(scope, request, wanted), ...new Set(problems.flatMap((find) => find() ?? []))],
    });
  }

  /** What is final is asked for: the program has run, and the tree is about to be written. */
  synthesize(): void {
    if (this.isPreparing()) return;
    const entries = [...this.entries.values()];
    this.evaluate(entries);
    if (this.unfinished) this.evaluator.finish(entries);
    this.unfinished = false;
  }

  private synthesized(scope: IConstruct, request: EvaluationRequest, wanted: Wanted): Entry {
    this.request(scope, request, wanted);
    this.synthesize();
    this.evaluate([this.entry(request)]);
    return this.entry(request);
  }

  private entry(request: EvaluationRequest): Entry {
    return this.entries.get(request) as Entry;
  }

  private evaluate(entries: readonly Entry[]): void {
    const pending = entries.filter((entry) => entry.missing());
    if (pending.length === 0) return;
    const own = pending.find((entry) => entry.preparing);
    if (own) {
      const reason = 'one of its modules or specialArgs is made of its own value';
      throw new EvaluationError({ subject: own.request.name, reason });
    }
    const names = listed(
      pending.map(({ request }) => request.name),
      3,
    );
    try {
      withProgress(`evaluating ${withoutCredentials(names)}`, () => this.evaluator.evaluate(pending));
    } catch (error) {
      for (const entry of pending) entry.knowledge.failure ??= error as Error;
    }
    this.unfinished = true;
  }

  /** While a module is read that is made of another configuration's value, only that value is needed. */
  private isPreparing(): boolean {
    return [...this.entries.values()].some((entry) => entry.preparing);
  }
}

type TokenProblem = () => string | undefined;

function known(option: OptionResult | undefined): OptionResult {
  return option ?? { unsupported: 'not evaluated' };
}

function outputDirectory(root: IConstruct): string {
  return path.resolve(App.isApp(root) ? root.outdir : 'cdktf.out');
}
