import path from 'node:path';
import { advice, gitAdvice, lockFirst, untrack } from './advice';
import { EvaluationError } from '../nix/evaluation-error';
import { localTree, unsafeContent, unsafeFile, type LocalTree } from './local-tree';
import { runNix } from '../nix/command';
import { nixMessage } from '../nix/output';
import { NIX_OUTPUT } from '../../private/nix-output';
import { gitReference, type ReferenceAttributes } from './git-reference';
import { committedFiles, isShallow, trackedFiles } from './git';
import { copiesIn, copyOf, StoreCopies, type Copy } from './store-copies';
import { type PublicReference, publicReference } from './public-reference';
import { contentHash } from '../../private/content-hash';
import { display } from '../../validation/display';

/** A flake that was resolved once, so that every evaluator process gets the same locked tree. */
export interface FlakeSource {
  /** As the user wrote it. */
  readonly reference: string;
  /** The input of the request flake; the same for the same reference. */
  readonly name: string;
  /** The reference that the evaluator gets as this input. */
  readonly lockedReference: PublicReference;
  /** The flake's folder in the store. */
  readonly storePath: string;
  /** The copy of a folder of this machine: the work tree, or the flake's folder. */
  readonly copy?: Copy;
  /** A work tree with changes that are not committed. */
  readonly dirty: boolean;
  /** The lock in Nix's form, without anything that belongs to this machine. */
  readonly locked: { readonly [name: string]: unknown };
  /** The folder on this machine. */
  readonly tree?: LocalTree;
}

interface Metadata {
  readonly path: string;
  readonly locked: ReferenceAttributes;
  /** What the reference stands for, after registries and before the lock. */
  readonly resolved: ReferenceAttributes;
}

/** The input's name in the request flake. */
export function sourceName(flake: string): string {
  return `source-${contentHash(flake).slice(0, 12)}`;
}

/**
 * Fetches and locks a flake, relative to the project.
 *
 * @throws EvaluationError when it is unsafe to copy, is not locked or does not exist
 */
export function resolveFlake(flake: string, project: string, outputDirectory: string): FlakeSource {
  const tree = localTree(flake, project);
  if (tree) refuseUnsafe(flake, tree, outputDirectory);
  const { exitCode, stdout, stderr } = runNix(
    ['flake', 'metadata', '--json', '--no-update-lock-file', '--option', 'accept-flake-config', 'false', flake],
    { cwd: project },
  );
  if (exitCode !== 0) throw failed(flake, explain(flake, tree, stderr, project));
  const metadata = parseMetadata(flake, stdout);
  const { path: storePath, locked } = metadata;
  for (const value of Object.values(locked)) publicReference(String(value), flake);
  const dirty = locked.type === 'git' && locked.rev === undefined;
  return {
    reference: flake,
    name: sourceName(flake),
    lockedReference: publicReference(lockedReference(metadata, tree), flake),
    storePath: typeof locked.dir === 'string' ? path.join(storePath, locked.dir) : storePath,
    copy: tree && copyOf(storePath, tree),
    dirty,
    locked: portable(locked),
    tree,
  };
}

function lockedReference({ path: storePath, locked, resolved }: Metadata, tree: LocalTree | undefined): string {
  if (locked.type !== 'git') return lockedPath(storePath, locked);
  if (locked.rev === undefined) return gitReference(resolved);
  if (locked.dir === undefined) return lockedPath(storePath, locked);
  // Nix takes the work tree of a shallow clone, but no commit of it.
  return gitReference(tree && isShallow(tree.root) ? resolved : locked);
}

/**
 * The tree in the store, with the attributes of `self`: a process takes it as it is, in 10 ms. A dirty git tree keeps
 * its own reference, because only Nix's git fetcher gives it `self.dirtyRev`; so does a flake in a folder of a git tree,
 * because Nix 2.8 supports that for git only.
 */
function lockedPath(storePath: string, locked: ReferenceAttributes): string {
  const query = new URLSearchParams();
  for (const name of ['dir', 'narHash', 'rev', 'revCount', 'lastModified']) {
    if (locked[name] !== undefined) query.set(name, String(locked[name]));
  }
  return `path:${storePath}?${query}`;
}

function portable(locked: ReferenceAttributes) {
  const local = /^(git\+)?file:|^\//;
  const entries = Object.entries(locked).filter(([name, value]) => !name.startsWith('_') && !local.test(String(value)));
  return Object.fromEntries(entries);
}

function refuseUnsafe(flake: string, tree: LocalTree, outputDirectory: string): void {
  if (tree.git) return refuseTracked(flake, tree, outputDirectory);
  const content = unsafeContent(tree.root, outputDirectory);
  if (content === undefined) return;
  throw failed(
    flake,
    `${tree.root} is not a git repository and holds ${content}, which Nix would copy to its world-readable store ` +
      'at every synth; put it under git without such files (git init; git add flake.nix flake.lock ...), or move the ' +
      'flake to a folder of its own',
  );
}

/** Nix copies what git tracks, or what the commit has that the reference names. */
function refuseTracked(flake: string, tree: LocalTree, outputDirectory: string): void {
  const query = new URLSearchParams(flake.split('?', 2)[1]);
  const commit = query.get('rev') ?? query.get('ref');
  const files = commit ? committedFiles(tree.root, commit) : trackedFiles(tree.root, query.get('submodules') === '1');
  const found = unsafeFile(files, tree.root, outputDirectory);
  if (found === undefined) return;
  const copied = `${found.description}, which Nix would copy to its world-readable store`;
  if (commit) throw failed(flake, `the commit ${commit} has ${copied}; name a commit without it`);
  const cure = untrack(tree.root, found.path);
  const reason = `git tracks ${copied} at every synth, and which changes what is deployed at every synth`;
  throw failed(flake, `${reason}; run this, and add it to .gitignore: ${cure}`);
}

function parseMetadata(flake: string, stdout: string): Metadata {
  try {
    const metadata: Metadata = JSON.parse(stdout);
    if (typeof metadata.path === 'string' && isObject(metadata.locked) && isObject(metadata.resolved)) return metadata;
  } catch {
    // Reported below.
  }
  throw failed(flake, `"nix flake metadata" printed ${display(stdout)} instead of metadata`);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function explain(flake: string, tree: LocalTree | undefined, stderr: string, project: string): string {
  // Metadata needs no locked input: the one that was fetched is not locked.
  const unlocked = tree !== undefined && NIX_OUTPUT.failedFetch.test(stderr);
  const fix = advice(stderr, flake, tree) ?? (unlocked ? lockFirst(flake, tree) : undefined);
  const copies = new StoreCopies(project, tree ? copiesIn(stderr, tree) : []);
  const lines = [nixMessage(copies.withUserPaths(stderr)), gitAdvice(stderr, tree), fix];
  return lines.filter((line) => line !== undefined).join('\n');
}

function failed(flake: string, reason: string): EvaluationError {
  return new EvaluationError({ subject: `flake ${flake}`, reason });
}
