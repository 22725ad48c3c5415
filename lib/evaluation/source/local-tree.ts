import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { inside } from '../../private/paths';
import { decodedComponent } from '../../private/uri-component';

/** A flake in a folder of this machine. */
export interface LocalTree {
  /** Whether Nix copies only what git tracks, or everything. */
  readonly git: boolean;
  /** The folder that Nix copies: the work tree, or the flake's folder. */
  readonly root: string;
  /** The folder of flake.nix. */
  readonly flake: string;
}

/** The folder that a flake reference names; undefined for a reference that is fetched. */
export function localTree(reference: string, project: string): LocalTree | undefined {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):(.*)$/s.exec(reference) ?? [undefined, undefined, reference];
  if (scheme !== undefined && scheme !== 'path' && scheme !== 'git+file') return undefined;
  // Without a scheme, a dot or a slash in front it is a name in the registry: `nixpkgs`.
  if (scheme === undefined && !/^[./]/.test(rest)) return undefined;
  const [location, query] = rest.split('?', 2);
  const folder = path.resolve(
    project,
    scheme === undefined ? location : decodedComponent(location.replace(/^\/\//, '')),
  );
  if (!isDirectory(folder)) return undefined;
  const named = path.join(folder, new URLSearchParams(query).get('dir') ?? '');
  if (scheme === 'path') return { git: false, root: folder, flake: named };
  const flake = scheme === undefined ? flakeFolder(named) : named;
  const root = upward(flake, (directory) => existsSync(path.join(directory, '.git')));
  return { git: root !== undefined, root: root ?? flake, flake };
}

/** What a folder holds that must not be copied to the world-readable store, for messages; undefined when it holds none. */
export function unsafeContent(root: string, outputDirectory: string): string | undefined {
  const output = inside(real(root), real(outputDirectory));
  if (output !== undefined) return `the output of synth (${output})`;
  return unsafeEntry(root, '');
}

/** A file that must not be copied, and what to take out of the tree. */
interface UnsafeFile {
  readonly description: string;
  /** Relative to the tree. */
  readonly path: string;
}

/** The first of these files of a tree that must not be copied; undefined when there is none. */
export function unsafeFile(files: readonly string[], root: string, outputDirectory: string): UnsafeFile | undefined {
  const output = inside(real(root), real(outputDirectory));
  for (const file of files) {
    if (output !== undefined && inside(output, file) !== undefined) {
      return { description: `the output of synth (${output})`, path: output };
    }
    const [folder] = /^(.*\/)?\.terraform(?=\/)/.exec(file) ?? [];
    if (folder !== undefined) return { description: folder, path: folder };
    if (isState(path.basename(file))) return { description: `the Terraform state ${file}`, path: file };
  }
  return undefined;
}

function isState(name: string): boolean {
  return /\.tfstate(\.|$)/.test(name);
}

function unsafeEntry(root: string, folder: string): string | undefined {
  for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
    const name = path.join(folder, entry.name);
    if (entry.name === 'node_modules' || entry.name === '.terraform') return name;
    if (isState(entry.name)) return `the Terraform state ${name}`;
    const found = entry.isDirectory() ? unsafeEntry(root, name) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** Like Nix: searches upward for flake.nix, but not beyond a git repository. */
function flakeFolder(start: string): string {
  const found = upward(start, (folder) => ['flake.nix', '.git'].some((name) => existsSync(path.join(folder, name))));
  return found !== undefined && existsSync(path.join(found, 'flake.nix')) ? found : start;
}

function upward(start: string, matches: (folder: string) => boolean): string | undefined {
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (matches(folder)) return folder;
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** The real path of what exists of it. */
function real(file: string): string {
  const existing = upward(file, existsSync) ?? file;
  return path.join(realpathSync(existing), path.relative(existing, file));
}

function isDirectory(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
