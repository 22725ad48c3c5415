import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './command.mjs';
import { canInstall, installPackages, missingPackages } from './debian.mjs';
import { root } from './environment.mjs';
import { report } from './report.mjs';
import { SetupError } from './setup-error.mjs';

/** The oldest Nix that has flakes as we use them. */
const MINIMUM_NIX = [2, 8];
const MINIMUM_NODE = [20, 19];

/** One Debian package a line; `#` begins a comment. */
const LAB_PACKAGES = path.join(root, 'lab', 'packages.txt');

/**
 * @param {string} text
 * @param {number[]} minimum
 */
function isAtLeast(text, minimum) {
  const [major, minor] = (/(\d+)\.(\d+)/.exec(text) ?? []).slice(1).map(Number);
  return major > minimum[0] || (major === minimum[0] && minor >= minimum[1]);
}

/** The two programs that the user brings: without them nothing here starts. */
export function checkGivenPrograms() {
  if (!isAtLeast(process.version, MINIMUM_NODE)) {
    throw new SetupError(`node ${process.version} is too old: install Node ${MINIMUM_NODE.join('.')} or newer`);
  }
  if (run('terraform', ['version'], { env: { CHECKPOINT_DISABLE: '1' } }).missing) {
    throw new SetupError('terraform is not on PATH: install Terraform');
  }
}

/** Nix and git: Nix evaluates and builds, git makes a project a flake. */
export function ensureNix() {
  const needed = [
    ['nix', 'nix-bin'],
    ['git', 'git'],
  ].filter(([program]) => run(program, ['--version']).missing);
  if (needed.length > 0 && !canInstall()) {
    const names = needed.map(([program]) => program).join(' and ');
    throw new SetupError(
      `${names} missing; set-up installs them only as root on Debian. Install Nix as its manual says (nixos.org), or as root run: apt-get install nix-bin git`,
    );
  }
  if (needed.length > 0) {
    installPackages(
      'nix',
      needed.map(([, name]) => name),
    );
  }
  const { output } = run('nix', ['--version']);
  if (!isAtLeast(output, MINIMUM_NIX)) {
    throw new SetupError(`${output} is too old: install Nix ${MINIMUM_NIX.join('.')} or newer`);
  }
  report('nix', output);
}

/** What lab hosts are made of. Without it their tests are skipped, each with the reason. */
export function ensureLabPackages() {
  if (!canInstall()) {
    report(
      'lab hosts',
      'packages are installed only as root on Debian; what is missing is named by the tests it skips',
    );
    return;
  }
  const packages = readFileSync(LAB_PACKAGES, 'utf8')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
  const missing = existsSync('/var/lib/dpkg') ? missingPackages(packages) : packages;
  if (missing.length > 0) {
    installPackages('lab hosts', missing);
  } else {
    report('lab hosts', 'packages reused');
  }
}

/** What only the checks of `npm test` need; a check whose program is missing is skipped visibly. */
export function ensureCheckers() {
  if (canInstall() && run('shellcheck', ['--version']).missing) installPackages('checks', ['shellcheck']);
}
