import { runNix } from './nix-command';
import type { EvaluatorSettings } from './request';
import type { RowResult } from './row';
import type { FlakeSource } from './flake-source';
import type { OwnFiles } from './own-files';
import { ProcessError } from '../private/process';

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
  /** Finished rows; undefined for one that failed where tryEval could catch it. */
  readonly finished: ReadonlyMap<string, RowResult | undefined>;
  /** The row that was begun and not finished: it ended the process. */
  readonly begun?: string;
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Ended from outside (memory, time), which need not be the fault of the row; a sentence. */
  readonly aborted?: string;
  /** It ended for want of memory, or probably did. */
  readonly lackedMemory?: boolean;
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
    const lackedMemory = result.exitCode !== 0 && OUT_OF_MEMORY.test(result.stderr);
    return { ...events(result.stderr), ...result, ...(lackedMemory && withoutMemory('nix ran out of memory')) };
  } catch (error) {
    if (!(error instanceof ProcessError) || error.result === undefined) throw error;
    const { message, result } = error;
    const killed = KILLED.test(message);
    return { ...events(result.stderr), ...result, ...(killed ? withoutMemory(message) : { aborted: message }) };
  }
}

/** What nix says when an allocation fails. */
const OUT_OF_MEMORY = /^error: (out of memory|std::bad_alloc)$/m;
/** How Linux ends a process when there is no memory left. */
const KILLED = /was ended by SIGKILL$/;

function withoutMemory(what: string): Pick<Evaluated, 'aborted' | 'lackedMemory'> {
  const cure =
    'free memory, add swap, or raise the limit of the container; one NixOS configuration takes about 1 GiB ' +
    'to evaluate, and one that recurses without end takes all';
  return { aborted: `${what}, probably because this machine has too little memory: ${cure}`, lackedMemory: true };
}

/** The arguments after `nix`; relative to the folder of the request, so that no path needs to be escaped. */
export function evaluatorArguments(attribute: string, options: EvaluatorOptions): string[] {
  const { importFromDerivation = false, impure = false, settings = {} } = options.settings;
  const overrides = options.sources.flatMap(({ name, handOn }) => ['--override-input', name, handOn]);
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
  const finished = new Map<string, RowResult | undefined>();
  let begun: string | undefined;
  for (const line of stderr.split('\n')) {
    if (!line.startsWith(MARK)) continue;
    const event: { begin?: string; row?: string; ok?: string } = JSON.parse(line.slice(MARK.length));
    begun = event.begin;
    if (event.row !== undefined) finished.set(event.row, event.ok === undefined ? undefined : JSON.parse(event.ok));
  }
  return { finished, begun };
}
