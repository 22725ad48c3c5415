import path from 'node:path';
import { git, ProcessError, type ProcessResult } from '../../private/process';

/**
 * The files that Git tracks in a work tree, relative to it; none where Git cannot read the tree, which Nix then reports.
 *
 * @param submodules those of its submodules too
 */
export function trackedFiles(root: string, submodules: boolean): string[] {
  const args = ['ls-files', '-z', ...(submodules ? ['--recurse-submodules'] : [])];
  return (output(root, args) ?? '').split('\0').filter((name) => name !== '');
}

/** Whether Git tracks a file; false where there is no work tree, or no Git. */
export function isTracked(file: string): boolean {
  return output(path.dirname(file), ['ls-files', '--error-unmatch', '--', path.basename(file)]) !== undefined;
}

/** The files of a commit; none where Git does not know it. */
export function committedFiles(root: string, commit: string): string[] {
  const args = ['ls-tree', '-r', '-z', '--full-tree', '--name-only', `${commit}^{tree}`];
  return (output(root, args) ?? '').split('\0').filter((name) => name !== '');
}

/** Whether a work tree has only the end of its history. */
export function isShallow(root: string): boolean {
  return output(root, ['rev-parse', '--is-shallow-repository']) === 'true';
}

/** Whether a file of a work tree belongs to one of its submodules. */
export function isInSubmodule(root: string, file: string): boolean {
  const staged = output(root, ['ls-files', '-z', '--stage']) ?? '';
  const links = staged.split('\0').filter((entry) => entry.startsWith('160000 '));
  return links.some((entry) => file.startsWith(`${entry.slice(entry.indexOf('\t') + 1)}/`));
}

/** Why Git refuses a work tree, in its own words; undefined when it reads the tree or is not installed. */
export function gitComplaint(root: string): string | undefined {
  const result = run(root, ['rev-parse', '--git-dir']);
  return result === undefined || result.exitCode === 0 ? undefined : result.stderr;
}

/** Undefined when Git fails or is not installed: newer versions of Nix need none for a local tree. */
function output(root: string, args: readonly string[]): string | undefined {
  const result = run(root, args);
  return result?.exitCode === 0 ? result.stdout : undefined;
}

function run(root: string, args: readonly string[]): ProcessResult | undefined {
  try {
    return git.captureSync(['-C', root, ...args]);
  } catch (error) {
    if (error instanceof ProcessError) return undefined;
    throw error;
  }
}
