import { runNix } from '../nix/command';
import type { EvaluatorSettings } from '../request/request';
import type { FlakeSource } from '../source/flake-source';
import type { OwnFiles } from '../source/store-copies';
import { ProcessError } from '../../private/process';

/** How the evaluator processes of one group of rows are started. */
export interface EvaluatorOptions {
  /** The staged request. */
  readonly directory: string;
  /** Rows of flakes are evaluated as the request flake, purely; rows of files by files.nix, impurely. */
  readonly kind: 'flakes' | 'files';
  readonly sources: readonly FlakeSource[];
  /** The user's files, for messages. */
  readonly files: OwnFiles;
  readonly settings: EvaluatorSettings;
  /** Variables that only this group's processes get. */
  readonly env: { readonly [name: string]: string };
}

/** What one process reported. */
export interface Evaluated {
  /** The answers of finished rows; undefined for one that failed where tryEval could catch it. */
  readonly finished: ReadonlyMap<string, readonly unknown[] | undefined>;
  /** The row that was begun and not finished: it ended the process. */
  readonly begun?: string;
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Ended from outside, which need not be the fault of the row. */
  readonly aborted?: Aborted;
}

/** Why a process was ended from outside. */
interface Aborted {
  /** A sentence. */
  readonly reason: string;
  /** It ended for want of memory, or probably did; otherwise for its time. */
  readonly lackedMemory: boolean;
}

/** How much memory a process takes before it looks for what it can give back. */
export type Appetite = 'generous' | 'frugal';

/** Half an hour: nothing sensible takes longer, and a hang ends at last. */
const DEFAULT_TIMEOUT_SECONDS = 1800;
const MARK = 'trace: @cdktf-nixos ';

/** Runs one evaluator process on an attribute of the staged request (`from.<row>`, `rows.<row>`). */
export function evaluate(attribute: string, options: EvaluatorOptions, appetite: Appetite): Evaluated {
  const timeoutSeconds = options.settings.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
  const env = { ...(appetite === 'generous' ? heap() : {}), ...options.env };
  try {
    const result = runNix(evaluatorArguments(attribute, options), { cwd: options.directory, env, timeoutSeconds });
    const lackedMemory = result.exitCode !== 0 && ranOutOfMemory(result.stderr);
    return {
      ...events(result.stderr),
      ...result,
      ...(lackedMemory && { aborted: withoutMemory('nix ran out of memory') }),
    };
  } catch (error) {
    if (!(error instanceof ProcessError) || error.result === undefined) throw error;
    const { message, result } = error;
    const aborted = KILLED.test(message) ? withoutMemory(message) : { reason: message, lackedMemory: false };
    return { ...events(result.stderr), ...result, aborted };
  }
}

/** Nix's last word when an allocation fails. It has no trace; what a configuration throws has one, around it or below it. */
const OUT_OF_MEMORY = /^error: (out of memory|std::bad_alloc)$/;
/** How Linux ends a process when there is no memory left. */
const KILLED = /was ended by SIGKILL$/;

function ranOutOfMemory(stderr: string): boolean {
  const last = stderr.trimEnd().split('\n').pop() as string;
  // Indented as in a trace, it is believed when the collector says it too.
  return (
    OUT_OF_MEMORY.test(last) || (OUT_OF_MEMORY.test(last.trimStart()) && /^GC Warning: Out of Memory/m.test(stderr))
  );
}

function withoutMemory(what: string): Aborted {
  const cure =
    'free memory, add swap, or raise the limit of the container; one NixOS configuration takes about 1 GiB ' +
    'to evaluate, and one that recurses without end takes all';
  return { reason: `${what}, probably because this machine has too little memory: ${cure}`, lackedMemory: true };
}

/** The arguments after `nix`; relative to the folder of the request, so that no path needs to be escaped. */
export function evaluatorArguments(attribute: string, options: EvaluatorOptions): string[] {
  const { importFromDerivation = false, impure = false, settings = {} } = options.settings;
  const overrides = options.sources.flatMap(({ name, lockedReference }) => ['--override-input', name, lockedReference]);
  const what =
    options.kind === 'flakes'
      ? [`path:.#${attribute}`, ...overrides, '--no-write-lock-file']
      : ['--file', 'files.nix', attribute];
  return [
    'eval',
    '--json',
    ...what,
    ...(impure || options.kind === 'files' ? ['--impure'] : []),
    ...['--option', 'allow-import-from-derivation', String(importFromDerivation)],
    ...['--option', 'accept-flake-config', 'false'],
    ...Object.entries(settings).flatMap(([name, value]) => ['--option', name, value]),
  ];
}

/** Without collections at the start an evaluation of one machine takes 3.3 s instead of 4.6 s; it needs that memory anyway. */
function heap(): { [name: string]: string } {
  const enough = process.availableMemory() >= 2 * 1024 ** 3;
  return enough && process.env.GC_INITIAL_HEAP_SIZE === undefined ? { GC_INITIAL_HEAP_SIZE: '1G' } : {};
}

function events(stderr: string): Pick<Evaluated, 'finished' | 'begun'> {
  const finished = new Map<string, readonly unknown[] | undefined>();
  let begun: string | undefined;
  const lines = stderr.split('\n');
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith(MARK)) continue;
    const event = parsedEvent(line.slice(MARK.length), index === lines.length - 1);
    if (event === undefined) break;
    begun = event.begin;
    if (event.row !== undefined) finished.set(event.row, event.ok === undefined ? undefined : JSON.parse(event.ok));
  }
  return { finished, begun };
}

interface RowEvent {
  readonly begin?: string;
  readonly row?: string;
  readonly ok?: string;
}

/** Nothing for the end of what a killed process wrote, when that is half a line: its row is not finished. */
function parsedEvent(json: string, isLast: boolean): RowEvent | undefined {
  try {
    return JSON.parse(json) as RowEvent;
  } catch (error) {
    if (isLast) return undefined;
    throw error;
  }
}
