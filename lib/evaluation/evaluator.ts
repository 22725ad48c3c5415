import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Batch } from './run/batch';
import type { TrackedRequest, RowState } from './tracked-request';
import type { EvaluatorOptions } from './run/evaluator-process';
import { groupEnvironment, groupKey, groupOf, type ProcessGroup } from './run/process-group';
import { RowBuilder, type PreparedRow } from './request/row-builder';
import { copyOfModule, OwnFiles } from './source/store-copies';
import { evaluatedPart } from './manifest';
import { stageRequest, type WantedRow } from './request/request-flake';
import { Roots } from './roots';
import { rowId } from './request/row';
import { rowError, unexplainedError } from './run/row-error';
import { Summary } from './summary';
import type { Wants } from './request/wants';
import { warnings } from './nix/warnings';

/** A row that is ready to be evaluated, and what one request wants of it. */
interface WantedWork extends PreparedRow {
  readonly id: string;
  readonly wants: Wants;
}

/** Has requests evaluated, by one process for all that have the same settings. */
export class Evaluator {
  /** Holds everything that evaluation writes. */
  readonly folder: string;
  private readonly staging: string;
  private readonly builder: RowBuilder;
  private readonly roots: Roots;
  private readonly summary = new Summary();
  private readonly states = new Map<string, RowState>();

  constructor(
    private readonly project: string,
    outputDirectory: string,
  ) {
    this.folder = path.join(outputDirectory, 'nixos');
    this.staging = path.join(this.folder, 'requests');
    this.builder = new RowBuilder(project, outputDirectory, this.staging);
    this.roots = new Roots(path.join(this.folder, 'roots'));
  }

  /** Afterwards each request has its answers or a failure. */
  evaluate(requests: readonly TrackedRequest[]): void {
    mkdirSync(this.staging, { recursive: true });
    const start = performance.now();
    const groups = this.grouped(requests);
    for (const { group, works } of groups) this.run(group, works);
    this.roots.add(requests.flatMap(({ state }) => state.answers.derivations().map(({ drv }) => drv)));
    this.summary.addTime(performance.now() - start);
  }

  /** Says in one line that all went well. */
  finish(): void {
    this.summary.print(this.builder.flakes());
  }

  /** What was evaluated by now, for the manifest. */
  evaluated(requests: readonly TrackedRequest[]): object {
    return evaluatedPart(this.builder.flakes(), requests);
  }

  private grouped(requests: readonly TrackedRequest[]): { group: ProcessGroup; works: WantedWork[] }[] {
    const groups = new Map<string, { group: ProcessGroup; works: WantedWork[] }>();
    for (const tracked of requests) {
      const work = this.prepare(tracked);
      if (!work) continue;
      const group = groupOf(work.row, tracked.request.settings);
      upsert(groups, groupKey(group), () => ({ group, works: [] })).works.push(work);
    }
    return [...groups.values()];
  }

  private prepare(tracked: TrackedRequest): WantedWork | undefined {
    if (tracked.missing().isEmpty) return undefined;
    tracked.preparing = true;
    try {
      const prepared = this.builder.build(tracked.request, tracked.scope);
      const id = rowId(prepared.row);
      tracked.state = upsert(this.states, id, () => tracked.state);
      const wants = tracked.missing();
      return wants.isEmpty ? undefined : { id, wants, ...prepared };
    } catch (error) {
      tracked.state.failure = error as Error;
      return undefined;
    } finally {
      tracked.preparing = false;
    }
  }

  private run(group: ProcessGroup, works: readonly WantedWork[]): void {
    const rows = new Map<string, WantedRow>();
    for (const { id, row, wants } of works) {
      const known = rows.get(id);
      rows.set(id, known ? { ...known, wants: known.wants.merge(wants) } : { row, wants });
    }
    const references = [...new Set(works.flatMap(({ flakes }) => flakes))];
    const sources = references.map((reference) => this.builder.flake(reference));
    const modules = new Map(works.flatMap((work) => work.modules).map((module) => [module.place, module]));
    const locked = new Map(sources.map(({ name, lockedReference }) => [name, lockedReference]));
    const directory = stageRequest(this.staging, rows, locked, [...modules.values()]);
    const copies = [...modules.values()].map(copyOfModule).concat(sources.flatMap(({ copy }) => copy ?? []));
    const files = new OwnFiles(this.project, copies);
    const { kind, settings } = group;
    this.learn(rows, { directory, kind, sources, files, settings, env: groupEnvironment(group, this.folder) });
  }

  private learn(rows: ReadonlyMap<string, WantedRow>, options: EvaluatorOptions): void {
    const outcome = new Batch(options).run([...rows.keys()]);
    const memory = outcome.replaced > 0 ? [LITTLE_MEMORY] : [];
    this.summary.add(
      [...rows.values()].map(({ row }) => row),
      [...warnings(outcome.stderr), ...memory],
    );
    for (const [id, { row, wants }] of rows) {
      const state = this.states.get(id) as RowState;
      const settled = outcome.rows.get(id);
      if (!settled) state.failure = unexplainedError(row, outcome.unexplained.length);
      else if ('failure' in settled) state.failure = rowError(id, row, settled.failure, options);
      else state.answers = state.answers.with(wants, settled.answers);
    }
  }
}

const LITTLE_MEMORY = 'nix ran out of memory; other processes went on where it ended, which takes longer';

function upsert<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
