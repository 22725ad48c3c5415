/**
 * `npm test`: set-up, the checks, all tests. Its last line is `N passed, N failed, N skipped`; a check counts as one.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runChecks } from './check.mjs';
import { OTHER_VERSIONS, testOn } from './test-node.mjs';
import { cache, environment, root } from './setup/environment.mjs';
import { ensureCheckers } from './setup/programs.mjs';
import { readResults } from './test/vitest-results.mjs';
import { setUpTests } from './setup.mjs';
import { SetupError } from './setup/setup-error.mjs';

/** Nothing here may hang a CI job; a machine that is busy with other work takes several times as long. */
const TESTS_SECONDS = 3600;

const tally = { passed: 0, failed: 0, skipped: 0 };
/**
 * A line for each test and check that did not pass, the failed ones last: a record of a run may hold only its end.
 *
 * @type {{ passed: string[], skipped: string[], failed: string[] }}
 */
const notes = { passed: [], skipped: [], failed: [] };

/**
 * @param {'passed' | 'failed' | 'skipped'} outcome
 * @param {string} [note]
 */
function count(outcome, note, times = 1) {
  tally[outcome] += times;
  if (note !== undefined) notes[outcome].push(`${outcome}: ${note}`);
}

function tests() {
  const results = path.join(cache, 'test', 'results.json');
  mkdirSync(path.dirname(results), { recursive: true });
  rmSync(results, { force: true });
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  const { status } = spawnSync(path.join(root, 'node_modules', '.bin', 'vitest'), args, {
    cwd: root,
    env: { ...process.env, ...environment() },
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: TESTS_SECONDS * 1000,
  });
  const { passed, failed, skipped } = readResults(results, root);
  count('passed', undefined, passed);
  failed.forEach((name) => count('failed', name));
  skipped.forEach((name) => count('skipped', name));
  if (status !== 0 && failed.length === 0) {
    count('failed', status === null ? `the tests did not end within ${TESTS_SECONDS} s` : 'vitest, outside any test');
  }
}

const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
console.log(`cdktf-nixos ${version}: set-up, checks and tests`);
try {
  setUpTests();
  ensureCheckers();
  runChecks().forEach(({ name, outcome }) => count(outcome, outcome === 'passed' ? undefined : name));
  tests();
  OTHER_VERSIONS.map(testOn).forEach(({ name, outcome }) => count(outcome, outcome === 'passed' ? undefined : name));
} catch (error) {
  console.log(error instanceof SetupError ? `set-up: ${error.message}` : error);
  count('failed', 'set-up');
}
Object.values(notes)
  .flat()
  .forEach((note) => console.log(note));
console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1;
