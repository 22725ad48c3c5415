import { runNix } from '../nix/command';
import { NIX_OUTPUT, ranOutOfMemory } from '../nix/output';
import type { NixOptions } from '../request/nix-options';
import type { FlakeSource } from '../source/flake-source';
import { ProcessError } from '../../private/process';

/** How the evaluator processes of one group of rows run. */
export interface EvaluatorOptions {
  /** The staged request. */
  readonly directory: string;
  /** Rows of flakes are evaluated as the request flake, purely; rows of files by files.nix, impurely. */
  readonly kind: 'flakes' | 'files';
  readonly sources: readonly FlakeSource[];
  readonly nix: NixOptions;
  /** Variables that only this group's processes get. */
  readonly env: { readonly [name: string]: string };
}

/** The report of one process. */
export interface Evaluated {
  /** The answers of finished rows; undefined for one that failed where tryEval could catch it. */
  readonly finished: ReadonlyMap<string, readonly unknown[] | undefined>;
  /** The row that was begun and not finished: it ended the process. */
  readonly begun?: string;
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Set when it was ended from outside, which need not be the fault of the row. */
  readonly aborted?: Aborted;
}

/** Why a process was ended from outside. */
interface Aborted {
  /** A sentence. */
  readonly reason: string;
  /** It ended for lack of memory, or probably did; otherwise it took too long. */
  readonly lackedMemory: boolean;
}

/** Whether a process takes much memory before it first looks for garbage. */
export type Appetite = 'generous' | 'frugal';

/** Nothing sensible takes longer than half an hour, and a hang ends at last. */
const DEFAULT_TIMEOUT_SECONDS = 1800;

/** Runs one evaluator process on an attribute of the staged request (`from.<row>`, `rows.<row>`). */
export function evaluate(attribute: string, options: EvaluatorOptions, appetite: Appetite): Evaluated {
  const timeoutSeconds = options.nix.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
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

/** How Linux ends a process when there is no memory left. */
const KILLED = /was ended by SIGKILL$/;

function withoutMemory(what: string): Aborted {
  const cure =
    "free memory, add swap, or raise the container's limit (one NixOS configuration takes about 1 GiB, " +
    'and endless recursion takes all there is)';
  return { reason: `${what}: this machine probably has too little memory; ${cure}`, lackedMemory: true };
}

/** The arguments after `nix`; relative to the folder of the request, so that no path needs to be escaped. */
export function evaluatorArguments(attribute: string, options: EvaluatorOptions): string[] {
  const { importFromDerivation = false, impure = false, settings = {} } = options.nix;
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

/** Without garbage collections at the start, one machine takes 3.3 s instead of 4.6 s; it needs that memory anyway. */
function heap(): { [name: string]: string } {
  const enough = process.availableMemory() >= 2 * 1024 ** 3;
  return enough && process.env.GC_INITIAL_HEAP_SIZE === undefined ? { GC_INITIAL_HEAP_SIZE: '1G' } : {};
}

function events(stderr: string): Pick<Evaluated, 'finished' | 'begun'> {
  const finished = new Map<string, readonly unknown[] | undefined>();
  let begun: string | undefined;
  const lines = stderr.split('\n');
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith(NIX_OUTPUT.event)) continue;
    const event = parsedEvent(line.slice(NIX_OUTPUT.event.length), index === lines.length - 1);
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

/** Undefined for half a line at the end, which a killed process leaves: its row is not finished. */
function parsedEvent(json: string, isLast: boolean): RowEvent | undefined {
  try {
    return JSON.parse(json) as RowEvent;
  } catch (error) {
    if (isLast) return undefined;
    throw error;
  }
}
