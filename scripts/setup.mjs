/**
 * Everything that a bare Debian machine with Node and Terraform lacks for the tests and the demo. A second run finds
 * it all and takes a second or two. It needs nothing from npm: it runs before `npm ci`.
 */
import { isMain } from './setup/main.mjs';
import { ensureLxd } from './setup/lxd.mjs';
import { ensureNpmDependencies } from './setup/npm-dependencies.mjs';
import { checkGivenPrograms, ensureLabPackages, ensureNix } from './setup/programs.mjs';
import { ensureHcloudProvider } from './setup/providers/hcloud-provider.mjs';
import { ensureNullProvider } from './setup/providers/null-provider.mjs';
import { ensureSecretPrograms } from './setup/secret-programs.mjs';
import { SetupError } from './setup/setup-error.mjs';

/** Throws a SetupError when something is missing that it can't install. */
export function setUp() {
  checkGivenPrograms();
  ensureNpmDependencies();
  ensureNix();
  ensureLabPackages();
  ensureNullProvider();
}

/**
 * Runs a script's main function; an error of set-up is one plain sentence.
 *
 * @param {() => void | Promise<void>} script
 */
export async function orExplain(script) {
  try {
    await script();
  } catch (error) {
    console.error(error instanceof SetupError ? `set-up: ${error.message}` : error);
    process.exitCode = 1;
  }
}

/** What the tests need besides what everything needs. */
export function setUpTests() {
  setUp();
  ensureSecretPrograms();
  ensureHcloudProvider();
  ensureLxd();
}

if (isMain(import.meta.url)) await orExplain(setUpTests);
