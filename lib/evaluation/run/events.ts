import { randomBytes } from 'node:crypto';
import { getOrCreate } from '../../private/get-or-create';
import { NIX_OUTPUT } from '../../private/nix-output';

/** What the events of one process report, and what else it printed. */
export interface Events {
  /** The answers of finished rows; undefined for one that failed where tryEval could catch it. */
  readonly finished: ReadonlyMap<string, readonly unknown[] | undefined>;
  /** The row that was begun and not finished: it ended the process. */
  readonly begun?: string;
  /** The want that was evaluated last in each row, by its index. */
  readonly wants: ReadonlyMap<string, number>;
  /** The output without the events. */
  readonly stderr: string;
  /** The same, by the row that was being evaluated. */
  readonly printed: readonly Printed[];
}

/** What was printed while a row was evaluated; without a row, what was printed before or after one. */
export interface Printed {
  readonly row?: string;
  readonly text: string;
}

/**
 * A word that one process and its reader know, and nothing that is evaluated: whoever prints an event without it speaks
 * for himself. It is in no file, and nothing is named or hashed by it.
 */
export function newNonce(): string {
  return randomBytes(16).toString('hex');
}

/**
 * Reads the events of nix/eval.nix in the output of a process.
 *
 * @param rows those that the process was asked for; no other row can be reported
 */
export function readEvents(stderr: string, nonce: string, rows: readonly string[]): Events {
  const reader = new EventReader(NIX_OUTPUT.event(nonce), new Set(rows));
  for (const line of stderr.split('\n')) reader.read(line);
  const { finished, begun, wants, lines } = reader;
  return { finished, begun, wants, stderr: lines.map(({ text }) => text).join('\n'), printed: byRow(lines) };
}

interface RowEvent {
  readonly begin?: string;
  readonly want?: number;
  readonly row?: string;
  readonly answers?: readonly unknown[];
}

class EventReader {
  readonly finished = new Map<string, readonly unknown[] | undefined>();
  readonly wants = new Map<string, number>();
  begun: string | undefined;
  /** What is no event, with the row in which it came. */
  readonly lines: Printed[] = [];

  constructor(
    private readonly mark: string,
    private readonly rows: ReadonlySet<string>,
  ) {}

  read(line: string): void {
    const row = this.begun;
    const at = line.indexOf(this.mark);
    const event = at < 0 ? undefined : parsedEvent(line.slice(at + this.mark.length));
    const accepted = event !== undefined && this.accept(event);
    // Another program may have written to the line before.
    const text = accepted ? line.slice(0, at) : line;
    if (!accepted || text !== '') this.lines.push({ row, text });
  }

  /** A row is reported once, after it was begun, and begun once. */
  private accept({ begin, want, row, answers }: RowEvent): boolean {
    if (begin !== undefined) {
      if (this.begun !== undefined || this.finished.has(begin) || !this.rows.has(begin)) return false;
      this.begun = begin;
      return true;
    }
    if (want !== undefined && this.begun !== undefined) {
      this.wants.set(this.begun, want);
      return true;
    }
    if (row === undefined || row !== this.begun) return false;
    this.finished.set(row, answers);
    this.begun = undefined;
    return true;
  }
}

function byRow(lines: readonly Printed[]): Printed[] {
  const texts = new Map<string | undefined, string[]>();
  for (const { row, text } of lines) getOrCreate(texts, row, () => []).push(text);
  return [...texts].map(([row, rowLines]) => ({ row, text: rowLines.join('\n') }));
}

/** Undefined for half a line, which a killed process leaves. */
function parsedEvent(json: string): RowEvent | undefined {
  try {
    const { begin, want, row, ok } = JSON.parse(json) as Omit<RowEvent, 'answers'> & { ok?: string };
    return { begin, want, row, answers: ok === undefined ? undefined : (JSON.parse(ok) as unknown[]) };
  } catch {
    return undefined;
  }
}
