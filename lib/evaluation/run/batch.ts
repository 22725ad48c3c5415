import { evaluateAlone, evaluateRows, type Appetite, type Evaluated, type EvaluatorOptions } from './evaluator-process';
import type { Printed } from './events';

/** What became of a row: the answers to its wants, or the output of the process that evaluated it alone. */
type RowOutcome = { readonly answers: readonly unknown[] } | { readonly failure: RowFailure };

export interface RowFailure {
  /** Nix's output; of the row alone, or up to where it ended the process. */
  readonly stderr: string;
  /** Why the process was ended from outside (memory, time); a sentence. */
  readonly aborted?: string;
  /** The want that failed, by its index; missing when it was none. */
  readonly want?: number;
}

export interface BatchOutcome {
  readonly rows: ReadonlyMap<string, RowOutcome>;
  /** Rows that failed or were not reached after enough others had been explained. */
  readonly unexplained: readonly string[];
  /** Everything that the processes wrote, with traces and warnings. */
  readonly printed: readonly Printed[];
  /** The number of processes that ended for lack of memory and whose rows others finished. */
  readonly replaced: number;
}

/** So many failures are explained, each by one more process. */
const MAX_EXPLAINED = 8;

/**
 * Evaluates rows with one process when all is well. When a row ends the process (`abort`, infinite recursion, a missing
 * attribute), Nix has reported why, and a new process evaluates the rows after it. A row that failed otherwise is
 * evaluated again, alone, because only then does Nix report why.
 */
export class Batch {
  private readonly rows = new Map<string, RowOutcome>();
  private readonly failed: string[] = [];
  private explained = 0;
  private readonly wants = new Map<string, number>();
  private readonly printed: Printed[] = [];
  private appetite: Appetite = 'generous';
  private replaced = 0;

  constructor(private readonly options: EvaluatorOptions) {}

  run(order: readonly string[]): BatchOutcome {
    let rest = order;
    while (rest.length > 0 && this.explained < MAX_EXPLAINED) {
      rest = this.runFrom(rest);
    }
    for (const row of this.failed.splice(0, MAX_EXPLAINED - this.explained)) this.explain(row);
    const unexplained = [...this.failed, ...rest];
    const { printed, replaced } = this;
    return { rows: this.rows, unexplained, printed, replaced };
  }

  /** One process; returns the rows that it did not reach. */
  private runFrom(rows: readonly string[]): readonly string[] {
    const evaluated = evaluateRows(rows, this.options, this.appetite);
    this.printed.push(...evaluated.printed);
    for (const [row, want] of evaluated.wants) this.wants.set(row, want);
    let count = 0;
    while (count < rows.length && evaluated.finished.has(rows[count])) {
      const answers = evaluated.finished.get(rows[count]);
      if (answers) this.rows.set(rows[count], { answers });
      else this.failed.push(rows[count]);
      count += 1;
    }
    if (count === rows.length) return [];
    // The rows before it may have taken the memory: it gets a process of its own before it is blamed.
    if (evaluated.aborted !== undefined && (this.saveMemory(evaluated) || count > 0)) return rows.slice(count);
    if (evaluated.begun === undefined && count === 0) return this.failAll(rows, evaluated);
    this.fail(rows[count], evaluated);
    return rows.slice(count + 1);
  }

  /** From the first lack of memory on, processes collect garbage early. Returns true when this was the first. */
  private saveMemory({ aborted }: Evaluated): boolean {
    if (!aborted?.lackedMemory) return false;
    this.replaced += 1;
    const isNew = this.appetite === 'generous';
    this.appetite = 'frugal';
    return isNew;
  }

  private explain(row: string): void {
    const evaluated = evaluateAlone(row, this.options, this.appetite);
    this.printed.push({ row, text: evaluated.stderr });
    if (this.saveMemory(evaluated)) return this.explain(row);
    const answers = evaluated.exitCode === 0 ? (JSON.parse(evaluated.stdout) as unknown[]) : undefined;
    if (answers && evaluated.aborted === undefined) this.rows.set(row, { answers });
    else this.fail(row, evaluated);
  }

  private fail(row: string, { stderr, aborted }: Evaluated): void {
    this.explained += 1;
    this.rows.set(row, { failure: { stderr, aborted: aborted?.reason, want: this.wants.get(row) } });
  }

  /** No row was begun, so all have the same cause. */
  private failAll(rows: readonly string[], { stderr, aborted }: Evaluated): readonly string[] {
    this.explained += 1;
    for (const row of rows) this.rows.set(row, { failure: { stderr, aborted: aborted?.reason } });
    return [];
  }
}
