import { foreignText } from '../private/foreign-text';
import { withoutCredentials } from './nix/credentials';
import type { FlakeSource } from './source/flake-source';
import { getOrCreate } from '../private/get-or-create';
import { listed } from '../private/name-list';
import { printLine } from './progress';
import type { Row } from './request/row';

/** Reports to people: one line when all went well, and one for each thing worth knowing. */
export class Summary {
  private rows: Row[] = [];
  private milliseconds = 0;
  /** Each with the names of those that printed it. */
  private readonly warnings = new Map<string, Set<string>>();
  private readonly printed = new Set<string>();

  addRows(rows: readonly Row[]): void {
    this.rows.push(...rows);
  }

  /** @param of what was being evaluated, as the user knows it; missing when it was nothing in particular */
  addWarning(warning: string, of?: string): void {
    const names = getOrCreate(this.warnings, warning, () => new Set());
    if (of !== undefined) names.add(of);
  }

  /** Adds the time that evaluation took. */
  addTime(milliseconds: number): void {
    this.milliseconds += milliseconds;
  }

  /** Prints what was not printed yet. */
  print(flakes: readonly FlakeSource[]): void {
    if (this.rows.length === 0) return;
    const from = flakes.length === 0 ? '' : ` from ${flakes.map(({ reference }) => reference).join(', ')}`;
    printLine(
      `evaluated ${counted(this.rows)}${withoutCredentials(from)} in ${(this.milliseconds / 1000).toFixed(1)} s`,
    );
    this.rows = [];
    this.milliseconds = 0;
    for (const { reference, dirty } of flakes) {
      if (dirty) this.printOnce(`${reference} has uncommitted changes, which are deployed too`);
    }
    for (const [warning, names] of this.warnings) {
      const whose = listed([...names], 3);
      this.printOnce(whose === '' ? warning : `${whose}: ${warning}`);
    }
    this.warnings.clear();
  }

  private printOnce(text: string): void {
    if (!this.printed.has(text)) printLine(foreignText(withoutCredentials(text)));
    this.printed.add(text);
  }
}

function counted(rows: readonly Row[]): string {
  const configurations = rows.filter(({ kind }) => kind === 'flake' || kind === 'file').length;
  const packages = rows.filter(({ kind }) => kind === 'package').length;
  const counts = [
    ...(configurations > 0 ? [plural(configurations, 'configuration')] : []),
    ...(packages > 0 ? [plural(packages, 'package')] : []),
  ];
  return counts.join(' and ') || 'the names of configurations';
}

function plural(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
