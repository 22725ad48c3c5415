import { existsSync } from 'node:fs';
import path from 'node:path';
import type { LocalTree } from './local-tree';
import { projectDirectory } from '../../private/paths';
import { nixCommand, shellLine } from '../nix/shell-line';
import { STAGED_MODULES } from './staged-module';

/** What to do about an error of Nix, where the cause is known better than Nix says it. */
export function advice(stderr: string, flake: string | undefined, tree: LocalTree | undefined): string | undefined {
  return (
    lockAdvice(stderr, flake, tree) ?? untrackedAdvice(stderr, tree) ?? rootAdvice(stderr) ?? settingAdvice(stderr)
  );
}

function lockAdvice(stderr: string, flake = '.', tree: LocalTree | undefined): string | undefined {
  const refused = /requires lock file changes|cannot write modified lock file|cannot update unlocked flake input/;
  if (!refused.test(stderr) && !/while updating the lock file/.test(stderr)) return undefined;
  return lockFirst(flake, tree);
}

/** A flake of whose inputs some are not in a flake.lock that Nix sees. */
export function lockFirst(flake: string, tree: LocalTree | undefined): string {
  const floating = 'inputs that are not locked may differ at the next synth';
  if (tree === undefined)
    return `${floating}: lock ${flake} where it is kept, and keep flake.lock beside its flake.nix`;
  const lock = shellLine(nixCommand(['flake', 'lock', flake]));
  if (!tree.git) return `${floating}; run this and keep flake.lock beside flake.nix: ${lock}`;
  return `${floating}; run this: ${lock} && ${gitAdd(tree.flake, 'flake.lock')}`;
}

/** For a shell in the project's folder, which need not be in the work tree of the file. */
function gitAdd(folder: string, file: string): string {
  const relative = path.relative(projectDirectory(), folder);
  // After -C a name may begin with a dash; before the file's name `--` says that it is none of an option.
  return shellLine(['git', ...(relative === '' ? [] : ['-C', relative]), 'add', '--', file]);
}

/** Nix sees only what git tracks; versions before 2.20 say no more than that a path of the store does not exist. */
function untrackedAdvice(stderr: string, tree: LocalTree | undefined): string | undefined {
  if (!tree?.git) return undefined;
  const missing = /(?:path|status of) '\/nix\/store\/[0-9a-z]{32}-source\/([^']+)'|path '([^']+)' .* not tracked/i;
  const match = missing.exec(stderr);
  const file = match?.[1] ?? match?.[2];
  if (file === undefined || !existsSync(path.join(tree.root, file))) return undefined;
  return `${file} exists but git does not track it, so Nix does not see it: ${gitAdd(tree.root, file)}`;
}

function rootAdvice(stderr: string): string | undefined {
  const beside = new RegExp(`(path|status of) '/nix/store/[0-9a-z]{32}-source/${STAGED_MODULES}/`);
  if (!beside.test(stderr)) return undefined;
  return 'NixosModule.fromFile copies the file alone: give its option root, a folder that holds all it reads';
}

function settingAdvice(stderr: string): string | undefined {
  if (/allow-import-from-derivation' is disabled/.test(stderr)) {
    return (
      'the configuration imports what a derivation builds; synth builds nothing unless the configuration is given ' +
      'extend({ nix: { importFromDerivation: true } })'
    );
  }
  if (/option `cdktf-nixos' does not exist/.test(stderr)) {
    return (
      'the options cdktf-nixos.* are declared by a module of this package: extend({ modules: ' +
      "[NixosModule.fromFile(require.resolve('cdktf-nixos/nix/modules/values.nix'))] })"
    );
  }
  if (/is forbidden in pure eval(uation)? mode/.test(stderr)) {
    return (
      'a flake sees its own tree and its inputs only; keep the file in the flake, or allow more with ' +
      'extend({ nix: { impure: true } })'
    );
  }
  return undefined;
}
