import type { IConstruct } from 'constructs';
import { withoutCredentials } from './nix/credentials';
import { getOrCreate } from '../private/get-or-create';
import { listed } from '../private/name-list';
import { EvaluationError } from './nix/evaluation-error';
import { Evaluator } from './evaluator';
import { FailureReport } from './failure-report';
import type { EvaluationHandle } from './handle';
import { Manifest } from './manifest';
import { withProgress } from './progress';
import { projectDirectory } from '../private/paths';
import { outputDirectory } from '../terraform/output-directory';
import { whenSynthesized } from '../terraform/tree';
import type { EvaluationRequest, NamesRequest } from './request/request';
import { type Answers, CONFIGURATION_NAMES, type Want, Wants } from './request/wants';
import { TrackedRequest } from './tracked-request';

/**
 * On the root and by a global symbol, because two installed copies of this package share it. The number is that of its
 * interface: a copy of another generation would call methods that this one does not have.
 */
const KEY = Symbol.for('cdktf-nixos/evaluation/2');

/**
 * Everything that a tree wants evaluated. Constructs and tokens request while the program runs; the first one that needs
 * a value has everything evaluated that was requested by then, in one batch.
 */
export class Evaluation {
  /** The one of a tree. */
  static of(scope: IConstruct): Evaluation {
    const root: IConstruct & { [KEY]?: Evaluation } = scope.node.root;
    if (root[KEY] === undefined) {
      const evaluation = new Evaluation(outputDirectory(root));
      Object.defineProperty(root, KEY, { value: evaluation, enumerable: false });
      whenSynthesized(root, () => evaluation.manifest.finish());
    }
    return root[KEY] as Evaluation;
  }

  private readonly requests = new Map<EvaluationRequest, TrackedRequest>();
  /** The requests of `readNames`, by flake. */
  private readonly names = new Map<string, NamesRequest>();
  private readonly report = new FailureReport();
  private readonly tokenProblems = new Map<IConstruct, TokenProblem[]>();
  private readonly evaluator: Evaluator;
  /** What synth writes down for people and tools. */
  readonly manifest: Manifest;
  private isSuspended = () => false;
  /** Something was evaluated and is not written down yet. */
  private unfinished = false;

  /** @param outputDirectory the folder that synth writes to, absolute */
  private constructor(outputDirectory: string) {
    this.evaluator = new Evaluator(projectDirectory(), outputDirectory);
    this.manifest = new Manifest(this.evaluator.folder, () => this.evaluator.evaluated(this.all()));
  }

  /** Notes what a construct wants, for the next evaluation. Starts nothing. */
  request(scope: IConstruct, request: EvaluationRequest, wants: Wants): EvaluationHandle<Answers> {
    const tracked = this.track(scope, request, wants);
    return {
      result: () => this.synthesized(tracked).answers(),
      tryResult: () => (this.synthesized(tracked).state.failure ? undefined : tracked.answers()),
      problems: () => this.problems(scope, tracked),
    };
  }

  /**
   * Like `request`, for a token: the construct in whose name it is resolved reports the problems.
   *
   * @param problem returns the problem with the answer, if there is one, after the evaluation
   */
  requestForToken(scope: IConstruct, request: EvaluationRequest, wants: Wants, problem: TokenProblem): void {
    const handle = this.request(scope, request, wants);
    const known = this.tokenProblems.get(scope);
    known?.push(problem);
    if (known) return;
    const problems = [problem];
    this.tokenProblems.set(scope, problems);
    scope.node.addValidation({
      validate: () => [...handle.problems(), ...new Set(problems.flatMap((find) => find() ?? []))],
    });
  }

  /** An answer while the program runs. Evaluates everything that was requested so far; more may come. */
  readNow<Answer>(scope: IConstruct, request: EvaluationRequest, want: Want<Answer>): Answer {
    const tracked = this.track(scope, request, Wants.of(want));
    this.evaluate(this.all());
    return tracked.answers().get(want);
  }

  /** The names of a flake's `nixosConfigurations` while the program runs. Evaluates nothing else. */
  readNames(scope: IConstruct, flake: string): readonly string[] {
    const name = `the names in ${flake}`;
    const request = getOrCreate(this.names, flake, (): NamesRequest => {
      return { kind: 'names', name, source: { kind: 'flake', flake }, nix: {} };
    });
    const tracked = this.track(scope, request, Wants.of(CONFIGURATION_NAMES));
    this.evaluate([tracked]);
    return tracked.answers().get(CONFIGURATION_NAMES);
  }

  /** An answer that is known by now; undefined when the evaluation failed or has not run yet. */
  known<Answer>(request: EvaluationRequest, want: Want<Answer>): Answer | undefined {
    return this.requests.get(request)?.state.answers.find(want);
  }

  /**
   * Validation evaluates nothing while the tree has a problem that can be found without: evaluation takes by far the
   * longest. A later call replaces an earlier one.
   */
  suspendWhile(hasProblem: () => boolean): void {
    this.isSuspended = hasProblem;
  }

  /** Evaluates everything: a final value is needed, so the program has run and the tree is about to be written. */
  synthesize(): void {
    if (this.isPreparing()) return;
    this.evaluate(this.all());
    if (this.unfinished) this.finish();
  }

  private track(scope: IConstruct, request: EvaluationRequest, wants: Wants): TrackedRequest {
    const tracked = getOrCreate(this.requests, request, () => new TrackedRequest(request));
    tracked.add(scope, wants);
    return tracked;
  }

  private all(): TrackedRequest[] {
    return [...this.requests.values()];
  }

  private synthesized(tracked: TrackedRequest): TrackedRequest {
    this.synthesize();
    this.evaluate([tracked]);
    return tracked;
  }

  private problems(scope: IConstruct, tracked: TrackedRequest): string[] {
    if (this.isSuspended()) return [];
    this.synthesized(tracked);
    return this.report.problems(scope, this.all());
  }

  private evaluate(requests: readonly TrackedRequest[]): void {
    const pending = requests.filter((tracked) => !tracked.missing().isEmpty);
    if (pending.length === 0) return;
    const own = pending.find((tracked) => tracked.preparing);
    if (own) {
      const reason = 'one of its modules or specialArgs depends on its own value';
      throw new EvaluationError({ subject: own.request.name, reason });
    }
    const names = listed(
      pending.map(({ request }) => request.name),
      3,
    );
    try {
      withProgress(`evaluating ${withoutCredentials(names)}`, () => this.evaluator.evaluate(pending));
    } catch (error) {
      for (const { state } of pending) if (!state.failure) state.failures.push(error as Error);
    }
    this.unfinished = true;
  }

  private finish(): void {
    this.unfinished = false;
    if (this.all().some(({ state }) => state.failure)) return;
    this.evaluator.finish();
  }

  /** While a module is read that is made of another configuration's value, only that value is needed. */
  private isPreparing(): boolean {
    return this.all().some((tracked) => tracked.preparing);
  }
}

type TokenProblem = () => string | undefined;
