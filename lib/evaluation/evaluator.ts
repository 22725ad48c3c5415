import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { Batch } from './run/batch';
import type { Entry } from './tracked-request';
import type { EvaluatorOptions } from './run/evaluator-process';
import { groupEnvironment, groupKey, groupOf, type Group } from './run/process-group';
import type { Knowledge } from './knowledge';
import { Materials, type Material } from './request/row-builder';
import { copyOfModule, OwnFiles } from './source/store-copies';
import { writeRecord } from './manifest';
import { stageRequest } from './request/request-flake';
import { Roots } from './roots';
import { rowId, type Row, type RowWant } from './request/row';
import { rowError, unexplainedError } from './run/row-error';
import { Summary } from './summary';
import { warnings } from './nix/warnings';

/** An entry, ready to be evaluated. */
interface Work {
  readonly id: string;
  readonly material: Material;
}

/** Has requests evaluated, by one process for all that have the same settings. */
export class Evaluator {
  private readonly folder: string;
  private readonly requests: string;
  private readonly materials: Materials;
  private readonly roots: Roots;
  private readonly summary = new Summary();
  private readonly knowledge = new Map<string, Knowledge>();

  constructor(
    private readonly project: string,
    outputDirectory: string,
  ) {
    this.folder = path.join(outputDirectory, 'nixos');
    this.requests = path.join(this.folder, 'requests');
    this.materials = new Materials(project, outputDirectory, this.requests);
    this.roots = new Roots(path.join(this.folder, 'roots'));
  }

  /** Afterwards each entry has a result or a failure. */
  evaluate(entries: readonly Entry[]): void {
    mkdirSync(this.requests, { recursive: true });
    const start = performance.now();
    const groups = this.grouped(entries);
    for (const { group, works } of groups) this.run(group, works);
    this.roots.add(entries.flatMap(({ knowledge }) => knowledge.known()?.drv ?? []));
    this.summary.addTime(performance.now() - start);
  }

  /** Writes down what all entries are, and says in one line that all went well. */
  finish(entries: readonly Entry[]): void {
    const flakes = this.materials.flakes();
    if (entries.every(({ knowledge }) => !knowledge.failure)) this.summary.print(flakes);
    if (existsSync(this.folder)) writeRecord(this.folder, flakes, entries);
  }

  private grouped(entries: readonly Entry[]): { group: Group; works: Work[] }[] {
    const groups = new Map<string, { group: Group; works: Work[] }>();
    for (const entry of entries) {
      const work = this.prepare(entry);
      if (!work) continue;
      const group = groupOf(work.material.row, entry.request.settings);
      upsert(groups, groupKey(group), () => ({ group, works: [] })).works.push(work);
    }
    return [...groups.values()];
  }

  private prepare(entry: Entry): Work | undefined {
    const want = entry.missing();
    if (!want) return undefined;
    entry.preparing = true;
    try {
      const material = this.materials.material(entry.request, want, entry.scope);
      const id = rowId(material.row);
      entry.knowledge = upsert(this.knowledge, id, () => entry.knowledge);
      return entry.missing() ? { id, material } : undefined;
    } catch (error) {
      entry.knowledge.failure = error as Error;
      return undefined;
    } finally {
      entry.preparing = false;
    }
  }

  private run(group: Group, works: readonly Work[]): void {
    const rows = new Map<string, Row>();
    for (const { id, material } of works) rows.set(id, merged(rows.get(id), material.row));
    const references = [...new Set(works.flatMap(({ material }) => material.flakes))];
    const sources = references.map((reference) => this.materials.flake(reference));
    const modules = new Map(works.flatMap(({ material }) => material.modules).map((module) => [module.place, module]));
    const handOns = new Map(sources.map(({ name, handOn }) => [name, handOn]));
    const directory = stageRequest(this.requests, rows, handOns, [...modules.values()]);
    const copies = [...modules.values()].map(copyOfModule).concat(sources.flatMap(({ copy }) => copy ?? []));
    const files = new OwnFiles(this.project, copies);
    const { kind, settings } = group;
    this.learn(rows, { directory, kind, sources, files, settings, env: groupEnvironment(group, this.folder) });
  }

  private learn(rows: ReadonlyMap<string, Row>, options: EvaluatorOptions): void {
    const outcome = new Batch(options).run([...rows.keys()]);
    const memory = outcome.replaced > 0 ? [LITTLE_MEMORY] : [];
    this.summary.add([...rows.values()], [...warnings(outcome.stderr), ...memory]);
    for (const [id, row] of rows) {
      const knowledge = this.knowledge.get(id) as Knowledge;
      const settled = outcome.rows.get(id);
      if (!settled) knowledge.failure = unexplainedError(row, outcome.unexplained.length);
      else if ('failure' in settled) knowledge.failure = rowError(id, row, settled.failure, options);
      else knowledge.learn('want' in row ? row.want : NOTHING, settled.result);
    }
  }
}

const LITTLE_MEMORY = 'nix ran out of memory; other processes went on where it ended, which takes longer';
const NOTHING: RowWant = { toplevel: false, options: [], values: false };

/** The same work, for all that is wanted of it. */
function merged(known: Row | undefined, row: Row): Row {
  if (known === undefined || !('want' in known) || !('want' in row)) return known ?? row;
  const options = new Map(
    [...known.want.options, ...row.want.options].map((option) => [JSON.stringify(option), option]),
  );
  const want = {
    toplevel: known.want.toplevel || row.want.toplevel,
    options: [...options.values()],
    values: known.want.values || row.want.values,
  };
  return { ...known, want };
}

function upsert<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
