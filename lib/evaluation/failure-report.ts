import { TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import type { TrackedRequest } from './tracked-request';
import { describeFailures, EvaluationError, type FailedEvaluation } from './nix/evaluation-error';

/** Says each failure of a tree once, with every construct that it concerns. */
export class FailureReport {
  /** Who says what; asked again, they say it again. */
  private readonly reporters = new Map<string, IConstruct>();

  /**
   * What a construct has to say: its own failures that nobody said yet, and those of other stacks, because Terraform's
   * CDK stops at the first stack with a problem.
   */
  problems(scope: IConstruct, requests: readonly TrackedRequest[]): string[] {
    const failures = byReason(requests);
    const mine = failures.filter(({ scopes }) => scopes.has(scope) && !isSaidWithin(scope, scopes));
    if (mine.length === 0) return [];
    const stack = TerraformStack.of(scope);
    const elsewhere = failures.filter(({ scopes }) => ![...scopes].some((other) => isIn(stack, other)));
    return [...mine, ...elsewhere]
      .filter(({ reason }) => this.reporter(reason, scope) === scope)
      .map(({ failed, error, scopes }) => describe(failed, error, scopes, scope));
  }

  private reporter(reason: string, scope: IConstruct): IConstruct {
    const reporter = this.reporters.get(reason) ?? scope;
    this.reporters.set(reason, reporter);
    return reporter;
  }
}

interface SharedFailure {
  readonly reason: string;
  readonly failed: FailedEvaluation[];
  readonly error: Error;
  readonly scopes: Set<IConstruct>;
}

function byReason(requests: readonly TrackedRequest[]): SharedFailure[] {
  const failures = new Map<string, SharedFailure>();
  for (const { state, scopes } of requests) {
    const error = state.failure;
    if (!error) continue;
    const failed = error instanceof EvaluationError ? error.failed : undefined;
    const reason = failed?.reason ?? error.message;
    const shared = failures.get(reason) ?? { reason, failed: [], error, scopes: new Set() };
    if (failed) shared.failed.push(failed);
    for (const scope of scopes) shared.scopes.add(scope);
    failures.set(reason, shared);
  }
  return [...failures.values()];
}

function describe(failed: FailedEvaluation[], error: Error, scopes: Set<IConstruct>, scope: IConstruct): string {
  const paths = [...scopes].filter((other) => !isSaidWithin(other, scopes)).map(({ node }) => node.path);
  if (failed.length > 0) return describeFailures(failed, paths);
  // Validation puts the construct's path before the message.
  const message = error.message.replace(`[${scope.node.path}] `, '');
  return paths.length > 1 ? `${message}\n  wanted by: ${paths.join(', ')}` : message;
}

/** A token is resolved in its stack's name; a construct in there that wants the same is the better place to say it. */
function isSaidWithin(scope: IConstruct, scopes: ReadonlySet<IConstruct>): boolean {
  return [...scopes].some((other) => other !== scope && isIn(scope, other));
}

function isIn(stack: IConstruct, scope: IConstruct): boolean {
  return scope.node.scopes.includes(stack);
}
