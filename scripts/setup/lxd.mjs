import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { canInstall, installPackages, missingPackages } from './debian.mjs';
import { root } from './environment.mjs';
import { report } from './report.mjs';
import { SetupError } from './setup-error.mjs';

/** One Debian package a line; `#` begins a comment. */
const PACKAGES = path.join(root, 'lab', 'lxd', 'packages.txt');

/** LXD, for the tests of a cloud of one's own. Where it cannot be had they are skipped, each with the reason. */
export function ensureLxd() {
  if (!canInstall() || !existsSync('/var/lib/dpkg')) {
    report('lxd', 'packages are installed only as root on Debian; its tests name what is missing');
    return;
  }
  const names = readFileSync(PACKAGES, 'utf8').split('\n');
  const missing = missingPackages(names.filter((line) => line !== '' && !line.startsWith('#')));
  if (missing.length === 0) {
    report('lxd', 'packages reused');
    return;
  }
  try {
    installPackages('lxd', missing);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    report('lxd', `not there, so its tests are skipped: ${error.message}`);
  }
}
