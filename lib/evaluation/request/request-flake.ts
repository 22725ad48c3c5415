import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { contentHash } from '../../private/content-hash';
import type { Row } from './row';
import type { Wants } from './wants';
import { canonicalJson } from '../../private/canonical-json';
import { packageFile } from '../../private/package-file';
import type { FlakeSource } from '../source/flake-source';
import type { StagedModule } from '../source/staged-module';

/** The package's Nix files that every request holds, side by side. */
const NIX_FILES = [
  'eval.nix',
  'wants.nix',
  'image.nix',
  'extension.nix',
  'option-value.nix',
  'request-flake/files.nix',
];
const ONE_HOUR = 3_600_000;
const INPUT_LINE = /^ *inputs\.source\.url = .*\n/m;

/** A row with everything that is wanted of it. */
export interface WantedRow {
  readonly row: Row;
  readonly wants: Wants;
}

/**
 * Writes rows and modules to a folder named by its content, for the evaluator processes of a batch. Pure evaluation can
 * read its own tree, so neither an argument list (it fails above 100 kB) nor an impure mode is needed.
 *
 * @param sources the flakes that rows use
 * @returns the folder, a flake of its own
 */
export function stageRequest(
  parent: string,
  rows: ReadonlyMap<string, WantedRow>,
  sources: readonly FlakeSource[],
  modules: readonly StagedModule[],
): string {
  const texts = {
    'flake.nix': requestFlake(sources.map(({ name }) => name)),
    'request.json': requestJson(rows, sources),
    ...Object.fromEntries(
      NIX_FILES.map((name) => [path.basename(name), readFileSync(packageFile('nix', name), 'utf8')]),
    ),
  };
  removeOld(parent);
  const directory = path.join(parent, contentHash(Object.values(texts).join('')));
  if (existsSync(directory)) {
    utimesSync(directory, new Date(), new Date());
    return directory;
  }
  const unfinished = `${directory}.${process.pid}`;
  write(unfinished, texts, modules);
  settle(unfinished, directory);
  return directory;
}

function requestJson(rows: ReadonlyMap<string, WantedRow>, sources: readonly FlakeSource[]): string {
  return canonicalJson({
    format: 1,
    order: [...rows.keys()],
    rows: Object.fromEntries([...rows].map(([id, { row, wants }]) => [id, { ...row, wants: wants.data() }])),
    sources: Object.fromEntries(sources.map(({ name, lockedReference }) => [name, lockedReference])),
  });
}

function write(folder: string, texts: { readonly [name: string]: string }, modules: readonly StagedModule[]): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(texts)) writeFileSync(path.join(folder, name), text);
  for (const { place, original } of modules) {
    cpSync(original, path.join(folder, place), { recursive: true, verbatimSymlinks: true });
  }
}

/** The names come from sourceName: hexadecimal digits, no text of a user. */
function requestFlake(sources: readonly string[]): string {
  const template = readFileSync(packageFile('nix', 'request-flake', 'flake.nix'), 'utf8');
  return template.replace(INPUT_LINE, (line) => sources.map((name) => line.replace('source', name)).join(''));
}

/** Another synth of the project may use what is staged, and errors name it for a while. */
function removeOld(parent: string): void {
  for (const name of readdirSync(parent)) {
    const folder = path.join(parent, name);
    const age = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > ONE_HOUR) rmSync(folder, { recursive: true, force: true });
  }
}

function settle(unfinished: string, directory: string): void {
  try {
    renameSync(unfinished, directory);
  } catch (error) {
    // Another synth of the same program was faster; its folder has the same content.
    if (!existsSync(directory)) throw error;
    rmSync(unfinished, { recursive: true, force: true });
  }
}
