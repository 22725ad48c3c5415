import path from 'node:path';
import { advice, lockFirst } from './advice';
import { EvaluationError } from '../nix/evaluation-error';
import { localTree, unsafeContent, type LocalTree } from './local-tree';
import { runNix } from '../nix/command';
import { NIX_OUTPUT, nixMessage } from '../nix/output';
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
  readonly url: string;
  readonly locked: { readonly [name: string]: string | number | boolean };
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
  if (tree && !tree.git) refuseUnsafe(flake, tree, outputDirectory);
  const { exitCode, stdout, stderr } = runNix(
    ['flake', 'metadata', '--json', '--no-update-lock-file', '--option', 'accept-flake-config', 'false', flake],
    { cwd: project },
  );
  if (exitCode !== 0) throw failed(flake, explain(flake, tree, stderr, project));
  const { path: storePath, locked, url } = parseMetadata(flake, stdout);
  for (const value of [url, ...Object.values(locked)]) publicReference(String(value), flake);
  const dirty = locked.type === 'git' && locked.rev === undefined;
  return {
    reference: flake,
    name: sourceName(flake),
    lockedReference: publicReference(
      dirty || (locked.type === 'git' && locked.dir !== undefined) ? url : lockedPath(storePath, locked),
      flake,
    ),
    storePath: typeof locked.dir === 'string' ? path.join(storePath, locked.dir) : storePath,
    copy: tree && copyOf(storePath, tree),
    dirty,
    locked: portable(locked),
    tree,
  };
}

/**
 * The tree in the store, with the attributes of `self`: a process takes it as it is, in 10 ms. A dirty git tree keeps
 * its own reference, because only Nix's git fetcher gives it `self.dirtyRev`; so does a flake in a folder of a git tree,
 * because Nix 2.8 supports that for git only.
 */
function lockedPath(storePath: string, locked: Metadata['locked']): string {
  const query = new URLSearchParams();
  for (const name of ['dir', 'narHash', 'rev', 'revCount', 'lastModified']) {
    if (locked[name] !== undefined) query.set(name, String(locked[name]));
  }
  return `path:${storePath}?${query}`;
}

function portable(locked: Metadata['locked']) {
  const local = /^(git\+)?file:|^\//;
  const entries = Object.entries(locked).filter(([name, value]) => !name.startsWith('_') && !local.test(String(value)));
  return Object.fromEntries(entries);
}

function refuseUnsafe(flake: string, tree: LocalTree, outputDirectory: string): void {
  const content = unsafeContent(tree.root, outputDirectory);
  if (content === undefined) return;
  throw failed(
    flake,
    `${tree.root} is not a git repository and holds ${content}, which Nix would copy to its world-readable store ` +
      'at every synth; put it under git without such files (git init; git add flake.nix flake.lock ...), or move the ' +
      'flake to a folder of its own',
  );
}

function parseMetadata(flake: string, stdout: string): Metadata {
  try {
    const metadata: Metadata = JSON.parse(stdout);
    if (typeof metadata.path === 'string' && typeof metadata.locked === 'object') return metadata;
  } catch {
    // Reported below.
  }
  throw failed(flake, `"nix flake metadata" printed ${display(stdout)} instead of metadata`);
}

function explain(flake: string, tree: LocalTree | undefined, stderr: string, project: string): string {
  // Metadata needs no locked input: the one that was fetched is not locked.
  const unlocked = tree !== undefined && NIX_OUTPUT.failedFetch.test(stderr);
  const fix = advice(stderr, flake, tree) ?? (unlocked ? lockFirst(flake, tree) : undefined);
  const copies = new StoreCopies(project, tree ? copiesIn(stderr, tree) : []);
  return `${nixMessage(copies.withUserPaths(stderr))}${fix ? `\n${fix}` : ''}`;
}

function failed(flake: string, reason: string): EvaluationError {
  return new EvaluationError({ subject: `flake ${flake}`, reason });
}
