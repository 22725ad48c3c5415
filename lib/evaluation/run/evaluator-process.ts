import { runNix } from '../nix/command';
import { ranOutOfMemory } from '../nix/output';
import type { NixOptions } from '../request/nix-options';
import type { FlakeSource } from '../source/flake-source';
import { type Events, newNonce, readEvents } from './events';
import { ProcessError } from '../../private/process';

/** How the evaluator processes of one group of rows run. */
export interface EvaluatorOptions {
  /** The staged request. */
  readonly directory: string;
  /** Rows of flakes are evaluated as the request flake, purely; rows of files by files.nix, impurely. */
  readonly kind: 'flakes' | 'files';
  readonly sources: readonly FlakeSource[];
  readonly nix: NixOptions;
  /** The folder that `<nixpkgs>` is; without it NIX_PATH of `env` decides. */
  readonly nixpkgs?: string;
  /** Variables that only this group's processes get. */
  readonly env: { readonly [name: string]: string };
}

/** The report of one process. */
export interface Evaluated {
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

/** Runs one evaluator process on rows of the staged request: from the first one on, in their order. */
export function evaluateRows(
  rows: readonly string[],
  options: EvaluatorOptions,
  appetite: Appetite,
): Evaluated & Events {
  const nonce = newNonce();
  const evaluated = evaluate([`from.${rows[0]}`, '--apply', `report: report "${nonce}"`], options, appetite);
  return { ...evaluated, ...readEvents(evaluated.stderr, nonce, rows) };
}

/** Runs one evaluator process on one row, for its answers or for Nix's own error. */
export function evaluateAlone(row: string, options: EvaluatorOptions, appetite: Appetite): Evaluated {
  return evaluate([`rows.${row}`], options, appetite);
}

/** The folder of the nixpkgs that the row of a file was given; undefined when Nix cannot get it. */
export function evaluateNixpkgs(row: string, options: EvaluatorOptions): string | undefined {
  const { exitCode, stdout } = evaluate([`nixpkgs.${row}`], options, 'frugal');
  return exitCode === 0 ? (JSON.parse(stdout) as string) : undefined;
}

function evaluate([attribute, ...rest]: readonly string[], options: EvaluatorOptions, appetite: Appetite): Evaluated {
  const timeoutSeconds = options.nix.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
  const env = { ...(appetite === 'generous' ? heap() : {}), ...options.env, ...configuration(options.nix) };
  const args = [...evaluatorArguments(attribute, options), ...rest];
  try {
    const result = runNix(args, { cwd: options.directory, env, timeoutSeconds });
    const lackedMemory = result.exitCode !== 0 && ranOutOfMemory(result.stderr);
    return { ...result, ...(lackedMemory && { aborted: withoutMemory('nix ran out of memory') }) };
  } catch (error) {
    if (!(error instanceof ProcessError) || error.result === undefined) throw error;
    const { message, result, signal } = error;
    // That is how Linux ends a process when there is no memory left.
    const aborted = signal === 'SIGKILL' ? withoutMemory(message) : { reason: message, lackedMemory: false };
    return { ...result, aborted };
  }
}

function withoutMemory(what: string): Aborted {
  const cure =
    "free memory, add swap, or raise the container's limit (one NixOS configuration takes about 1 GiB, " +
    'and endless recursion takes all there is)';
  return { reason: `${what}: this machine probably has too little memory; ${cure}`, lackedMemory: true };
}

/** The arguments after `nix`; relative to the folder of the request, so that no path needs to be escaped. */
export function evaluatorArguments(attribute: string, options: EvaluatorOptions): string[] {
  const overrides = options.sources.flatMap(({ name, lockedReference }) => ['--override-input', name, lockedReference]);
  const what =
    options.kind === 'flakes'
      ? [`path:.#${attribute}`, ...overrides, '--no-write-lock-file']
      : ['--file', 'files.nix', attribute];
  const impure = options.nix.impure || options.kind === 'files' ? ['--impure'] : [];
  const lookup = options.nixpkgs === undefined ? [] : ['-I', `nixpkgs=${options.nixpkgs}`];
  return ['eval', '--json', ...what, ...impure, ...lookup];
}

/** The settings of an evaluation by their names in nix.conf. The user's are the last word. */
export function evaluatorSettings({ importFromDerivation = false, settings = {} }: NixOptions) {
  const own = { 'allow-import-from-derivation': String(importFromDerivation), 'accept-flake-config': 'false' };
  return Object.entries({ ...own, ...settings });
}

/** In the environment, because a setting may hold a token and every user of this machine can read command lines. */
function configuration(options: NixOptions): { [name: string]: string } {
  const lines = evaluatorSettings(options).map(([name, value]) => `${name} = ${value}`);
  return { NIX_CONFIG: [process.env.NIX_CONFIG ?? '', ...lines].join('\n') };
}

/** Without garbage collections at the start, one machine takes 3.3 s instead of 4.6 s; it needs that memory anyway. */
function heap(): { [name: string]: string } {
  const enough = process.availableMemory() >= 2 * 1024 ** 3;
  return enough && process.env.GC_INITIAL_HEAP_SIZE === undefined ? { GC_INITIAL_HEAP_SIZE: '1G' } : {};
}
