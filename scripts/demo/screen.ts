const colour = process.stdout.isTTY && process.env.NO_COLOR === undefined;

function paint(code: number, text: string): string {
  return colour ? `\u001b[${code}m${text}\u001b[0m` : text;
}

/** Text of lesser weight. */
export function faint(text: string): string {
  return paint(2, text);
}

/** One claim of the demo and whether it held. */
export interface Claim {
  readonly text: string;
  readonly held: boolean;
}

/** Prints chapters and their claims, and remembers the claims for the summary. */
export class Screen {
  /** When the command began: set-up is in the seconds. */
  private readonly started = performance.timeOrigin;
  private readonly claims: Claim[] = [];
  private chapters = 0;

  chapter(title: string): void {
    this.chapters += 1;
    console.log(`\n${paint(1, `${this.chapters}. ${title}`)} ${faint(`(${this.seconds()} s)`)}`);
  }

  /** A line that a program printed. */
  line(text: string): void {
    console.log(`   ${text}`);
  }

  claim(text: string, held: boolean): void {
    this.claims.push({ text, held });
    console.log(`   ${held ? paint(32, 'yes') : paint(31, 'NO ')} ${text}`);
  }

  /** Counts the claims and adds what a reader should know about them. @returns whether every claim held */
  summary(remarks: readonly string[]): boolean {
    const failed = this.claims.filter((claim) => !claim.held);
    console.log(`\n${paint(1, 'Summary')} ${faint(`(${this.seconds()} s)`)}`);
    console.log(`   ${this.claims.length - failed.length} of ${this.claims.length} claims were checked and held`);
    failed.forEach((claim) => console.log(`   ${paint(31, 'did not hold:')} ${claim.text}`));
    remarks.forEach((remark) => console.log(`   ${remark}`));
    return failed.length === 0;
  }

  private seconds(): string {
    return ((Date.now() - this.started) / 1000).toFixed(0);
  }
}
