import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What set-up makes and a second run reuses; outside git. */
export const cache = path.join(root, '.cache');

/** Terraform's CLI configuration that names our provider mirror. */
export const terraformConfigFile = path.join(cache, 'terraform', 'cli.tfrc');

/** The mirror's folder, in the layout that Terraform prescribes. */
export const providerMirror = path.join(cache, 'terraform', 'providers');

/** Programs for secrets that Debian does not have; tests put the folder on their PATH. */
export const secretPrograms = path.join(cache, 'programs');

function nixSettings() {
  const settings = ['sandbox = false', 'substitute = false', 'experimental-features = nix-command flakes'];
  const group = existsSync('/etc/group') ? readFileSync('/etc/group', 'utf8') : '';
  // A root Nix without a daemon refuses to build when the group of its build users does not exist, as in Debian's package.
  return /^nixbld:/m.test(group) ? settings : ['build-users-group =', ...settings];
}

/**
 * Variables for every test, script and program of the demo. Only fixture systems are built in them, from nothing: no
 * cache is asked.
 *
 * @returns {Record<string, string>}
 */
export function environment() {
  return {
    NIX_CONFIG: nixSettings().join('\n'),
    // Set in any case: the caller's environment may name a file that does not exist.
    TF_CLI_CONFIG_FILE: terraformConfigFile,
    CHECKPOINT_DISABLE: '1',
  };
}
