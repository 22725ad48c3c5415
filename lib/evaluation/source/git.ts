import { git, ProcessError } from '../../private/process';

/**
 * The files that Git tracks in a work tree, relative to it; none where Git cannot read the tree, which Nix then reports.
 *
 * @param submodules those of its submodules too
 */
export function trackedFiles(root: string, submodules: boolean): string[] {
  const args = ['ls-files', '-z', ...(submodules ? ['--recurse-submodules'] : [])];
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

/** Undefined when Git fails or is not installed: newer versions of Nix need none for a local tree. */
function output(root: string, args: readonly string[]): string | undefined {
  try {
    const { exitCode, stdout } = git.captureSync(['-C', root, ...args]);
    return exitCode === 0 ? stdout : undefined;
  } catch (error) {
    if (error instanceof ProcessError) return undefined;
    throw error;
  }
}
