import type { IConstruct } from 'constructs';
import { stackOf } from '../terraform/stack';
import type { TrackedRequest } from './tracked-request';
import { getOrCreate } from '../private/get-or-create';
import { listed } from '../private/name-list';
import { EvaluationError } from './nix/evaluation-error';

/** Reports each failure of a tree once, with every construct that it concerns. */
export class FailureReport {
  /** The construct that reports each reason. It stays the same, because cdktf may validate twice. */
  private readonly reporters = new Map<string, IConstruct>();

  /**
   * The problems that a construct reports: its own failures that no other construct reports, and those of other
   * stacks, because CDK for Terraform stops at the first stack with a problem.
   */
  problems(scope: IConstruct, requests: readonly TrackedRequest[]): string[] {
    const failures = byReason(requests);
    const mine = failures.filter(({ scopes }) => scopes.has(scope) && !isReportedInside(scope, scopes));
    if (mine.length === 0) return [];
    const stack = stackOf(scope);
    const elsewhere = failures.filter(({ scopes }) => ![...scopes].some((other) => isIn(stack, other)));
    return [...mine, ...elsewhere]
      .filter(({ reason }) => getOrCreate(this.reporters, reason, () => scope) === scope)
      .map((failure) => describe(failure, scope));
  }
}

/** Errors with the same reason, and every construct that one of them concerns. */
interface SharedFailure {
  readonly reason: string;
  readonly errors: Error[];
  readonly scopes: Set<IConstruct>;
}

function byReason(requests: readonly TrackedRequest[]): SharedFailure[] {
  const failures = new Map<string, SharedFailure>();
  for (const [error, scopes] of scopesByError(requests)) {
    const reason = withoutOwners(error instanceof EvaluationError ? error.reason : error.message, scopes);
    const shared = getOrCreate(failures, reason, (): SharedFailure => ({ reason, errors: [], scopes: new Set() }));
    shared.errors.push(error);
    for (const scope of scopes) shared.scopes.add(scope);
  }
  return [...failures.values()];
}

/** Equal requests share an error. */
function scopesByError(requests: readonly TrackedRequest[]): Map<Error, IConstruct[]> {
  const scopes = new Map<Error, IConstruct[]>();
  for (const { state, scopes: asked } of requests) {
    for (const error of state.failures) getOrCreate(scopes, error, () => []).push(...asked);
  }
  return scopes;
}

/**
 * The same for the same mistake in a module that several constructs got: Nix's errors name modules by the path of the
 * construct that asked first.
 */
function withoutOwners(reason: string, scopes: readonly IConstruct[]): string {
  const paths = scopes.map(({ node }) => node.path).filter((path) => reason.includes(`${path} modules[`));
  // A path before one that it ends with.
  const longestFirst = paths.sort((a, b) => b.length - a.length);
  return longestFirst.reduce((text, path) => text.replaceAll(`${path} modules[`, 'modules['), reason);
}

function describe({ errors, scopes }: SharedFailure, reporter: IConstruct): string {
  const [first] = errors;
  const [subject, ...others] = subjects(errors);
  const paths = [...scopes].filter((scope) => !isReportedInside(scope, scopes)).map(({ node }) => node.path);
  return [
    // Validation puts the path of the reporting construct before the message.
    first.message.replace(`[${reporter.node.path}] `, ''),
    ...(others.length > 0 ? [`  the same error: ${listed(others)}`] : []),
    ...(subject !== undefined || paths.length > 1 ? [`  requested by: ${listed(paths)}`] : []),
  ].join('\n');
}

function subjects(errors: readonly Error[]): string[] {
  return [...new Set(errors.flatMap((error) => (error instanceof EvaluationError ? error.subject : [])))];
}

/** A token is resolved in the name of its stack. A construct inside that wants the same is a better place for the report. */
function isReportedInside(scope: IConstruct, scopes: ReadonlySet<IConstruct>): boolean {
  return [...scopes].some((other) => other !== scope && isIn(scope, other));
}

function isIn(stack: IConstruct, scope: IConstruct): boolean {
  return scope.node.scopes.includes(stack);
}
