/**
 * `npm test`: set-up, the checks, all tests. Its last line is `N passed, N failed, N skipped`; a check counts as one.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { run } from './setup/command.mjs';
import { cache, environment, root } from './setup/environment.mjs';
import { ensureCheckers } from './setup/programs.mjs';
import { readResults } from './test/vitest-results.mjs';
import { setUp } from './setup.mjs';
import { SetupError } from './setup/report.mjs';

/** Nothing here may hang a CI job: the tests' own limits are far below. */
const TESTS_SECONDS = 1500;

const tally = { passed: 0, failed: 0, skipped: 0 };
/** @type {string[]} */
const notes = [];

/**
 * @param {'passed' | 'failed' | 'skipped'} outcome
 * @param {string} [note]
 */
function count(outcome, note, times = 1) {
  tally[outcome] += times;
  if (note !== undefined) {
    notes.push(`${outcome}: ${note}`);
  }
}

/**
 * One check: a program that says by its exit status whether all is well.
 *
 * @param {string} name
 * @param {string[]} command
 */
function check(name, [program, ...args]) {
  const started = Date.now();
  const result = run(program, args, { cwd: root, env: environment() });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  if (result.missing) {
    count('skipped', `check ${name}: ${program} is not installed`);
  } else if (result.ok) {
    count('passed');
    console.log(`check: ${name}: passed (${seconds} s)`);
  } else {
    count('failed', `check ${name}`);
    console.log(`${result.output}\ncheck: ${name}: failed (${seconds} s)`);
  }
}

/** @param {string} name */
function local(name) {
  return path.join(root, 'node_modules', '.bin', name);
}

function shellScripts() {
  const { output } = run('git', ['ls-files', '*.sh', '.ci/run'], { cwd: root });
  return output.split('\n').filter((file) => file !== '');
}

function checks() {
  check('build', [process.execPath, 'scripts/build.mjs']);
  check('format', [local('prettier'), '--check', '.']);
  check('lint', [local('eslint'), '.']);
  check('types', [local('tsc'), '--noEmit']);
  check('shellcheck', ['shellcheck', ...shellScripts()]);
}

function tests() {
  const results = path.join(cache, 'test', 'results.json');
  mkdirSync(path.dirname(results), { recursive: true });
  rmSync(results, { force: true });
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  const { status } = spawnSync(local('vitest'), args, {
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
  setUp();
  ensureCheckers();
  checks();
  tests();
} catch (error) {
  console.log(error instanceof SetupError ? `set-up: ${error.message}` : error);
  count('failed', 'set-up');
}
notes.forEach((note) => console.log(note));
console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1;
