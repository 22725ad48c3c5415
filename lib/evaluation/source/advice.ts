import { existsSync } from 'node:fs';
import path from 'node:path';
import type { LocalTree } from './local-tree';
import { projectDirectory } from '../../private/paths';
import { nixCommand } from '../nix/command';
import { shellLine } from '../../private/shell-line';
import { missingFiles } from '../nix/output';
import { NIX_OUTPUT } from '../../private/nix-output';
import { gitComplaint, isInSubmodule } from './git';
import { STAGED_MODULES } from './staged-module';

/** What to do about an error of Nix, where we know the cause better than Nix explains it. */
export function advice(stderr: string, flake: string | undefined, tree: LocalTree | undefined): string | undefined {
  return (
    lockAdvice(stderr, flake, tree) ??
    untrackedAdvice(stderr, flake, tree) ??
    rootAdvice(stderr) ??
    packageAdvice(stderr) ??
    settingAdvice(stderr)
  );
}

/** What Git says of a tree or a repository that Nix could not fetch: Nix tells only its exit status, or a consequence. */
export function gitAdvice(stderr: string, tree: LocalTree | undefined): string | undefined {
  const complaint = tree?.git ? gitComplaint(tree.root) : undefined;
  const [...said] = new Set((complaint ?? stderr).match(NIX_OUTPUT.gitFailure) ?? []);
  if (said.length === 0) return undefined;
  const words = `git reported: ${said.slice(0, 3).join('; ')}`;
  if (tree === undefined || !/dubious ownership/.test(words)) return words;
  const trust = shellLine(['git', 'config', '--global', '--add', 'safe.directory', tree.root]);
  return `${words}; give the folder to the user who runs synth, or, to trust it as it is, run this: ${trust}`;
}

function lockAdvice(stderr: string, flake = '.', tree: LocalTree | undefined): string | undefined {
  if (NIX_OUTPUT.newerLock.test(stderr)) {
    return 'flake.lock is of a newer Nix than the one on this machine: install that one (inputs as "path:./sub" need 2.26)';
  }
  return NIX_OUTPUT.incompleteLock.test(stderr) ? lockFirst(flake, tree) : undefined;
}

/** What to do about a flake with inputs that are not in a flake.lock that Nix sees. */
export function lockFirst(flake: string, tree: LocalTree | undefined): string {
  const floating = 'unlocked inputs may differ at the next synth';
  if (tree === undefined)
    return `${floating}; lock ${flake} in its own repository, and keep flake.lock beside its flake.nix`;
  const lock = shellLine(nixCommand(['flake', 'lock', flake]));
  if (!tree.git) return `${floating}; run this and keep flake.lock beside flake.nix: ${lock}`;
  return `${floating}; run this: ${lock} && ${gitAdd(tree.flake, 'flake.lock')}`;
}

/** The command that takes a file or folder out of git and keeps it on the disk. */
export function untrack(folder: string, file: string): string {
  return gitLine(folder, ['rm', '-r', '--quiet', '--cached', '--', file]);
}

function gitAdd(folder: string, file: string): string {
  return gitLine(folder, ['add', '--', file]);
}

/** For a shell in the project's folder, which need not be in the work tree of the file. */
function gitLine(folder: string, args: readonly string[]): string {
  const relative = path.relative(projectDirectory(), folder);
  // After -C a name may begin with a dash.
  return shellLine(['git', ...(relative === '' ? [] : ['-C', relative]), ...args]);
}

/** Nix sees only what git tracks; versions before 2.20 report only that a path in the store does not exist. */
function untrackedAdvice(stderr: string, flake = '.', tree: LocalTree | undefined): string | undefined {
  if (!tree?.git) return undefined;
  const [file] = missingFiles(stderr);
  if (file === undefined || !existsSync(path.join(tree.root, file))) return undefined;
  if (isInSubmodule(tree.root, file)) {
    const reference = `${flake}${flake.includes('?') ? '&' : '?'}submodules=1`;
    return `${file} is in a git submodule, which Nix leaves out; name the flake ${reference}`;
  }
  return `${file} exists but git does not track it, so Nix does not see it: ${gitAdd(tree.root, file)}`;
}

function rootAdvice(stderr: string): string | undefined {
  if (!missingFiles(stderr).some((file) => file.startsWith(`${STAGED_MODULES}/`))) return undefined;
  return 'NixosModule.fromFile copies only the file: set its option root to a folder that holds everything the file reads';
}

/** By what the variable that nixpkgs offers ends with. */
const PACKAGE_SETTINGS: { readonly [variable: string]: string } = {
  UNFREE: 'allowUnfree = true',
  BROKEN: 'allowBroken = true',
  INSECURE: 'permittedInsecurePackages = [ "<name>-<version>" ]',
  UNSUPPORTED_SYSTEM: 'allowUnsupportedSystem = true',
  NONSOURCE: 'allowNonSource = true',
};

/** nixpkgs offers a variable, which reaches no evaluation of ours: it would not be the same on another machine. */
function packageAdvice(stderr: string): string | undefined {
  const [, what] = NIX_OUTPUT.refusedPackage.exec(stderr) ?? [];
  if (what === undefined) return undefined;
  return (
    `a variable such as NIXPKGS_ALLOW_${what} does not reach the evaluation, also not with impure; ` +
    `set it in the configuration: nixpkgs.config.${PACKAGE_SETTINGS[what]};`
  );
}

function settingAdvice(stderr: string): string | undefined {
  if (NIX_OUTPUT.importFromDerivation.test(stderr)) {
    return (
      'the configuration imports the output of a derivation, and synth builds nothing; allow it with ' +
      'extend({ nix: { importFromDerivation: true } })'
    );
  }
  if (NIX_OUTPUT.missingValuesModule.test(stderr)) {
    return (
      'the options cdktf-nixos.* are declared by a module of this package: extend({ modules: ' +
      "[NixosModule.fromFile(require.resolve('cdktf-nixos/nix/modules/values.nix'))] })"
    );
  }
  if (NIX_OUTPUT.impureAccess.test(stderr)) {
    return (
      'pure evaluation sees only the flake and its inputs; keep the file in the flake, or allow more with ' +
      'extend({ nix: { impure: true } })'
    );
  }
  return undefined;
}
