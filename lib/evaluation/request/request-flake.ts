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
import { canonicalJson } from '../../private/canonical-json';
import { packageFile } from '../../private/package-file';
import type { StagedModule } from '../source/staged-module';

/** The package's Nix files that every request holds, side by side. */
const NIX_FILES = ['eval.nix', 'extension.nix', 'option-value.nix', 'request-flake/files.nix'];
const ONE_HOUR = 3_600_000;
const INPUT_LINE = /^ *inputs\.source\.url = .*\n/m;

/**
 * Writes rows and modules to a folder named by its content, which is what the evaluator processes of a batch get. Pure
 * evaluation can read its own tree, which spares us an argument list (it fails above 100 kB) and an impure mode.
 *
 * @param sources the references of the flakes that rows use, by their names
 * @returns the folder, a flake of its own
 */
export function stageRequest(
  parent: string,
  rows: ReadonlyMap<string, Row>,
  sources: ReadonlyMap<string, string>,
  modules: readonly StagedModule[],
): string {
  const texts = {
    'flake.nix': requestFlake([...sources.keys()]),
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

function requestJson(rows: ReadonlyMap<string, Row>, sources: ReadonlyMap<string, string>): string {
  return canonicalJson({
    format: 1,
    order: [...rows.keys()],
    rows: Object.fromEntries(rows),
    sources: Object.fromEntries(sources),
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

/** Names are made by sourceName: hexadecimal digits, nothing of a user. */
function requestFlake(sources: readonly string[]): string {
  const template = readFileSync(packageFile('nix', 'request-flake', 'flake.nix'), 'utf8');
  return template.replace(INPUT_LINE, (line) => sources.map((name) => line.replace('source', name)).join(''));
}

/** What is staged may be in use by another synth of the project, and an error names it for a while. */
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
