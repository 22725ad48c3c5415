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
import { contentHash } from '../private/content-hash';
import type { Row } from './row';
import { canonicalJson } from '../private/canonical-json';
import type { StagedModule } from './staged-module';

/** Nix files of this package. */
const NIX = path.join(__dirname, '..', '..', 'nix');
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
  const order = [...rows.keys()];
  const request = canonicalJson({
    format: 1,
    order,
    rows: Object.fromEntries(rows),
    sources: Object.fromEntries(sources),
  });
  const flake = requestFlake([...sources.keys()]);
  removeOld(parent);
  const directory = path.join(parent, contentHash(`${flake}${request}`));
  if (existsSync(directory)) {
    utimesSync(directory, new Date(), new Date());
    return directory;
  }
  const unfinished = `${directory}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  writeFileSync(path.join(unfinished, 'flake.nix'), flake);
  writeFileSync(path.join(unfinished, 'request.json'), request);
  for (const name of ['eval.nix', 'request-flake/files.nix']) {
    writeFileSync(path.join(unfinished, path.basename(name)), readFileSync(path.join(NIX, name)));
  }
  for (const { place, original } of modules) {
    cpSync(original, path.join(unfinished, place), { recursive: true, verbatimSymlinks: true });
  }
  settle(unfinished, directory);
  return directory;
}

/** Names are made by sourceName: hexadecimal digits, nothing of a user. */
function requestFlake(sources: readonly string[]): string {
  const template = readFileSync(path.join(NIX, 'request-flake', 'flake.nix'), 'utf8');
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
