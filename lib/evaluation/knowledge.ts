import type { OptionResult, RowResult, RowWant } from './request/row';

/** What is known by now about a row; all requests for the same work share it. */
export class Knowledge {
  /** Why there will be no more. */
  failure: Error | undefined;
  private result: RowResult | undefined;
  private readonly options = new Map<string, OptionResult>();

  /** What was evaluated, without options. */
  known(): RowResult | undefined {
    return this.result;
  }

  option(path: readonly string[]): OptionResult | undefined {
    return this.options.get(optionKey(path));
  }

  learn(want: RowWant, result: RowResult): void {
    this.result = { ...this.result, ...result, options: undefined };
    want.options.forEach((option, index) => {
      const value = result.options?.[index];
      if (value) this.options.set(optionKey(option), value);
    });
  }
}

/** Equal for equal paths. */
export function optionKey(path: readonly string[]): string {
  return JSON.stringify(path);
}
