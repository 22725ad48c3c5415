import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { getOrCreate } from '../private/get-or-create';
import { Batch, type BatchOutcome, type RowFailure } from './run/batch';
import type { TrackedRequest, RowState } from './tracked-request';
import { groupEnvironment, groupKey, groupOf, type ProcessGroup } from './run/process-group';
import { RowBuilder, type PreparedRow } from './request/row-builder';
import { nixpkgsFolder } from './run/nixpkgs-folder';
import { copyOfModule, StoreCopies } from './source/store-copies';
import { evaluatedPart } from './manifest';
import { stageRequest, type WantedRow } from './request/request-flake';
import { Roots } from './roots';
import { type Row, rowId } from './request/row';
import { RowErrors, unexplainedError } from './run/row-error';
import { Summary } from './summary';
import { Wants } from './request/wants';
import type { StagedModule } from './source/staged-module';
import { warnings } from './nix/output';

/** A row that is ready to be evaluated, and what one request wants of it. */
interface Work extends PreparedRow {
  readonly id: string;
  readonly group: ProcessGroup;
  readonly wants: Wants;
  /** The path of the construct that asked first. */
  readonly construct: string;
}

type WantedRows = ReadonlyMap<string, WantedRow>;

/** So often is evaluated again what is wanted beside an option that failed. */
const MAX_ROUNDS = 4;

/** Has requests evaluated: one process for all that have the same options. */
export class Evaluator {
  /** Holds everything that evaluation writes. */
  readonly folder: string;
  private readonly staging: string;
  private readonly builder: RowBuilder;
  private readonly roots: Roots;
  private readonly summary = new Summary();
  /** What is known of each row, by the group that evaluates it: with other options it may be something else. */
  private readonly states = new Map<string, Map<string, RowState>>();

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

  /** Reports in one line that all went well. */
  finish(): void {
    this.summary.print(this.builder.flakes());
  }

  /** What was evaluated by now, for the manifest. */
  evaluated(requests: readonly TrackedRequest[]): object {
    return evaluatedPart(this.builder.flakes(), requests);
  }

  private grouped(requests: readonly TrackedRequest[]): { group: ProcessGroup; works: Work[] }[] {
    const groups = new Map<string, { group: ProcessGroup; works: Work[] }>();
    for (const tracked of requests) {
      const work = this.prepare(tracked);
      if (!work) continue;
      const { group } = work;
      getOrCreate(groups, groupKey(group), () => ({ group, works: [] })).works.push(work);
    }
    return [...groups.values()];
  }

  private prepare(tracked: TrackedRequest): Work | undefined {
    if (tracked.missing().isEmpty) return undefined;
    tracked.preparing = true;
    try {
      const prepared = this.builder.build(tracked.request, tracked.scope);
      const id = rowId(prepared.row);
      const group = groupOf(prepared.row, tracked.request.nix);
      tracked.state = getOrCreate(this.statesOf(group), id, () => tracked.state);
      const wants = tracked.missing();
      return wants.isEmpty ? undefined : { id, group, wants, construct: tracked.scope.node.path, ...prepared };
    } catch (error) {
      tracked.state.failures.push(error as Error);
      return undefined;
    } finally {
      tracked.preparing = false;
    }
  }

  private run(group: ProcessGroup, works: readonly Work[]): void {
    const rows = wantedRows(works);
    this.summary.addRows([...rows.values()].map(({ row }) => row));
    for (const part of byProcess(rows)) this.runPart(group, works, this.withoutFailed(group, part));
  }

  /** The rows of which nothing has failed so far: an image of a broken configuration would cost half a minute more. */
  private withoutFailed(group: ProcessGroup, rows: WantedRows): WantedRows {
    const states = this.statesOf(group);
    return new Map([...rows].filter(([id]) => states.get(id)?.failure === undefined));
  }

  private runPart(group: ProcessGroup, works: readonly Work[], part: WantedRows): void {
    let rows = part;
    // Each round but the first is for what failing options have kept from being evaluated.
    for (let round = 0; rows.size > 0 && round < MAX_ROUNDS; round += 1) {
      const wanted = rows;
      rows = this.evaluateRows(
        group,
        works.filter(({ id }) => wanted.has(id)),
        rows,
      );
    }
  }

  /** One batch. Returns the rows of which something was not evaluated because an option failed. */
  private evaluateRows(group: ProcessGroup, works: readonly Work[], rows: WantedRows): Map<string, WantedRow> {
    const references = [...new Set(works.flatMap(({ flakes }) => flakes))];
    const sources = references.map((reference) => this.builder.flake(reference));
    const modules = distinctModules(works);
    const directory = stageRequest(this.staging, rows, sources, modules);
    const { kind, nix } = group;
    const common = { directory, kind, sources, nix, env: groupEnvironment(group, this.folder) };
    const options = { ...common, nixpkgs: nixpkgsFolder(group, works[0].id, common) };
    const outcome = new Batch(options).run([...rows.keys()]);
    this.addWarnings(works, outcome);
    const copies = [...modules.map(copyOfModule), ...sources.flatMap(({ copy }) => copy ?? [])];
    return this.settle(group, rows, outcome, new RowErrors(options, new StoreCopies(this.project, copies)));
  }

  private statesOf(group: ProcessGroup): Map<string, RowState> {
    return getOrCreate(this.states, groupKey(group), () => new Map());
  }

  private addWarnings(works: readonly Work[], { replaced, printed }: BatchOutcome): void {
    const labels = rowLabels(works);
    for (const { row, text } of printed) {
      for (const warning of warnings(text)) this.summary.addWarning(warning, row && labels.get(row));
    }
    if (replaced > 0) this.summary.addWarning(LITTLE_MEMORY);
  }

  /** Notes the answers or the failure of each row. Returns what is left of rows in which an option failed. */
  private settle(
    group: ProcessGroup,
    rows: WantedRows,
    outcome: BatchOutcome,
    errors: RowErrors,
  ): Map<string, WantedRow> {
    const states = this.statesOf(group);
    const rest = new Map<string, WantedRow>();
    for (const [id, { row, wants }] of rows) {
      const state = states.get(id) as RowState;
      const known = outcome.rows.get(id);
      if (!known) {
        if (!state.failure) state.failures.push(unexplainedError(row, outcome.unexplained.length));
      } else if ('failure' in known) {
        state.failures.push(errors.explained(id, { row, wants }, known.failure));
        const left = wantsBeside(wants, known.failure);
        if (!left.isEmpty) rest.set(id, { row, wants: left });
      } else state.answers = state.answers.with(wants, known.answers);
    }
    return rest;
  }
}

/** What else is wanted of a row in which an option failed; nothing where something else failed. */
function wantsBeside(wants: Wants, { want }: RowFailure): Wants {
  return want === undefined || wants.optionAt(want) === undefined ? Wants.NONE : wants.without(want);
}

/** The name of each row; where rows share a name, with the construct that asked first. */
function rowLabels(works: readonly Work[]): Map<string, string> {
  const ids = new Map<string, Set<string>>();
  for (const { id, row } of works) getOrCreate(ids, row.name, () => new Set()).add(id);
  const labels = works.map(({ id, row: { name }, construct }): [string, string] => [
    id,
    ids.get(name)?.size === 1 ? name : `${name} (${construct})`,
  ]);
  return new Map(labels.reverse());
}

/** Each row once, with everything that is wanted of it. */
function wantedRows(works: readonly Work[]): Map<string, WantedRow> {
  const rows = new Map<string, WantedRow>();
  for (const { id, row, wants } of works) {
    const known = rows.get(id);
    rows.set(id, known ? { ...known, wants: known.wants.merge(wants) } : { row, wants });
  }
  return rows;
}

/** What each process of a group evaluates: all that is ordinary together, then each image alone, for its time and memory. */
function byProcess(rows: WantedRows): WantedRows[] {
  const parts = [...rows].map(([id, { row, wants }]) => ({ id, row, parts: wants.byProcess() }));
  const ordinary = parts.flatMap(({ id, row, parts: [wants] }) => wanted(id, row, wants));
  const alone = parts.flatMap(({ id, row, parts: [, ...images] }) => images.map((wants) => wanted(id, row, wants)));
  return [ordinary, ...alone].map((part) => new Map(part));
}

function wanted(id: string, row: Row, wants: Wants): [string, WantedRow][] {
  return wants.isEmpty ? [] : [[id, { row, wants }]];
}

function distinctModules(works: readonly Work[]): StagedModule[] {
  return [...new Map(works.flatMap(({ modules }) => modules).map((module) => [module.place, module])).values()];
}

const LITTLE_MEMORY = 'nix ran out of memory; other processes continued where it stopped, which takes longer';
