import path from 'node:path';
import { advice, lockFirst } from './advice';
import { EvaluationError } from '../nix/evaluation-error';
import { localTree, unsafeContent, type LocalTree } from './local-tree';
import { runNix } from '../nix/command';
import { nixMessage } from '../nix/output';
import { copiesIn, copyOf, OwnFiles, type Copy } from './store-copies';
import { contentHash } from '../../private/content-hash';
import { display } from '../../validation/display';

/** A flake that was resolved once: every evaluator process gets the same locked tree. */
export interface FlakeSource {
  /** As the user wrote it. */
  readonly reference: string;
  /** The input of the request flake; the same for the same reference. */
  readonly name: string;
  /** What the evaluator gets as this input. */
  readonly lockedReference: string;
  /** The flake's folder in the store. */
  readonly storePath: string;
  /** What was copied from this machine: the work tree, or the flake's folder. */
  readonly copy?: Copy;
  /** A work tree with changes that are not committed. */
  readonly dirty: boolean;
  /** What Nix says it is, without what belongs to this machine. */
  readonly locked: { readonly [name: string]: unknown };
  /** Where it lies on this machine. */
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

/** Fetches and locks a flake, relative to the project. Throws when it is unsafe to copy, unlocked or not there. */
export function resolveFlake(flake: string, project: string, outputDirectory: string): FlakeSource {
  const tree = localTree(flake, project);
  if (tree && !tree.git) refuseUnsafe(flake, tree, outputDirectory);
  const { exitCode, stdout, stderr } = runNix(
    ['flake', 'metadata', '--json', '--no-update-lock-file', '--option', 'accept-flake-config', 'false', flake],
    { cwd: project },
  );
  if (exitCode !== 0) throw failed(flake, explain(flake, tree, stderr, project), stderr);
  const { path: storePath, locked, url } = parseMetadata(flake, stdout);
  const dirty = locked.type === 'git' && locked.rev === undefined;
  return {
    reference: flake,
    name: sourceName(flake),
    lockedReference: dirty || (locked.type === 'git' && locked.dir !== undefined) ? url : lockedPath(storePath, locked),
    storePath: typeof locked.dir === 'string' ? path.join(storePath, locked.dir) : storePath,
    copy: tree && copyOf(storePath, tree),
    dirty,
    locked: portable(locked),
    tree,
  };
}

/**
 * The tree in the store, with what `self` says about it: a process takes it as it is, in 10 ms. A dirty git tree stays
 * what it is, because only Nix's git fetcher can say `self.dirtyRev`; so does a folder in one, which Nix 2.8 knows for
 * git only.
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
    `${tree.root} is no git repository and holds ${content}, which Nix would copy into its ` +
      'world-readable store at every synth; put it under git (git init; git add flake.nix flake.lock ...) and leave ' +
      'such files out of it, or move the flake into a folder of its own',
  );
}

function parseMetadata(flake: string, stdout: string): Metadata {
  try {
    const metadata: Metadata = JSON.parse(stdout);
    if (typeof metadata.path === 'string' && typeof metadata.locked === 'object') return metadata;
  } catch {
    // Reported below.
  }
  throw failed(flake, `"nix flake metadata" printed no metadata but ${display(stdout)}`);
}

function explain(flake: string, tree: LocalTree | undefined, stderr: string, project: string): string {
  // What is locked is not fetched for its metadata alone.
  const unlocked = tree !== undefined && /unable to (download|fetch)/.test(stderr);
  const fix = advice(stderr, flake, tree) ?? (unlocked ? lockFirst(flake, tree) : undefined);
  const files = new OwnFiles(project, tree ? copiesIn(stderr, tree) : []);
  return `${nixMessage(files.named(stderr))}${fix ? `\n${fix}` : ''}`;
}

function failed(flake: string, reason: string, stderr?: string): EvaluationError {
  return new EvaluationError({ subject: `flake ${flake}`, reason, stderr });
}
