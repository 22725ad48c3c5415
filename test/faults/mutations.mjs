/**
 * `npm run test:mutations`: for each safety of a deployment, a copy of the built client files in which one replacement
 * disables it, and the tests that must notice. Fails when a replacement matches no longer, when a test does not pass
 * without it, or when a mutant survives. The work tree and dist/ are only read.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { environment, root } from '../../scripts/setup/environment.mjs';
import { orExplain } from '../../scripts/setup.mjs';
import { prepare } from '../../scripts/setup/prepare.mjs';
import { useRunDirectory } from '../../scripts/setup/run-directory.mjs';
import { MUTANTS } from './table/mutants.mjs';

/** @typedef {import('./table/mutants.mjs').Mutant} Mutant */

const testFile = (/** @type {string} */ shape) => `test/faults/${shape}.test.ts`;
/** An unmutated test takes a fifth of this; a mutant without its deadline would take minutes. */
const TEST_SECONDS = 90;

/** @param {Mutant} mutant @param {string} directory */
function mutate({ safety, replacements }, directory) {
  for (const { file, from, to } of replacements) {
    const text = readFileSync(path.join(directory, file), 'utf8');
    const parts = text.split(from);
    if (parts.length !== 2) {
      throw new Error(`${safety}: ${JSON.stringify(from)} occurs ${parts.length - 1} times in ${file}, expected once`);
    }
    writeFileSync(path.join(directory, file), parts.join(to));
  }
}

/**
 * Runs the named tests with the client files of a folder.
 *
 * @param {string} shape
 * @param {string[]} tests
 * @param {string} directory
 * @returns {Map<string, string>} the status of each test, by its fault's name
 */
function run(shape, tests, directory) {
  const results = path.join(directory, 'results.json');
  const pattern = tests.map((name) => ` ${name}: `.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const args = ['run', testFile(shape), '--testNamePattern', pattern, '--reporter=json', `--outputFile=${results}`];
  spawnSync(path.join(root, 'node_modules', '.bin', 'vitest'), args, {
    cwd: root,
    env: {
      ...process.env,
      ...environment(),
      FAULTS: 'all',
      FAULT_SECONDS: String(TEST_SECONDS),
      CDKTF_NIXOS_CLIENT_FILES: directory,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  /** @type {{ testResults: { assertionResults: { title: string, status: string }[] }[] }} */
  const { testResults } = JSON.parse(readFileSync(results, 'utf8'));
  const played = testResults.flatMap(({ assertionResults }) => assertionResults);
  return new Map(
    tests.map((name) => [name, played.find(({ title }) => title.startsWith(`${name}: `))?.status ?? 'missing']),
  );
}

/** @template T @param {(directory: string) => T} use */
function withClientFiles(use) {
  const directory = mkdtempSync(path.join(tmpdir(), 'mutant-'));
  try {
    cpSync(path.join(root, 'dist', 'client'), directory, { recursive: true });
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** @param {Map<string, string>} statuses @param {string} wanted */
function others(statuses, wanted) {
  return [...statuses].filter(([, status]) => status !== wanted).map(([name, status]) => `${name} (${status})`);
}

/** @param {Mutant} mutant @returns {boolean} */
function isNoticed(mutant) {
  const started = Date.now();
  const survived = withClientFiles((directory) => {
    mutate(mutant, directory);
    return others(run(shapeOf(mutant), mutant.tests, directory), 'failed');
  });
  const seconds = Math.round((Date.now() - started) / 1000);
  const verdict =
    survived.length === 0 ? `noticed by: ${mutant.tests.join('; ')}` : `NOT noticed by: ${survived.join('; ')}`;
  console.log(`mutant without ${mutant.safety}: ${verdict} (${seconds} s)`);
  return survived.length === 0;
}

/** @param {Mutant} mutant */
function shapeOf({ shape }) {
  return shape ?? 'plain';
}

/** @param {string} shape @param {Mutant[]} mutants */
function proveUnmutated(shape, mutants) {
  const tests = [...new Set(mutants.flatMap((mutant) => (shapeOf(mutant) === shape ? mutant.tests : [])))];
  const failing = withClientFiles((directory) => others(run(shape, tests, directory), 'passed'));
  if (failing.length > 0) throw new Error(`without a mutation these do not pass: ${failing.join('; ')}`);
  console.log(`without a mutation all ${tests.length} tests pass on ${shape} hosts`);
}

/** @param {string[]} only words of the safeties to prove; none: all */
function prove(only) {
  const mutants = MUTANTS.filter(({ safety }) => only.length === 0 || only.some((word) => safety.includes(word)));
  // A replacement that no longer matches is reported at once, not after minutes.
  mutants.forEach((mutant) => withClientFiles((directory) => mutate(mutant, directory)));
  for (const shape of new Set(mutants.map(shapeOf))) proveUnmutated(shape, mutants);
  const noticed = mutants.filter(isNoticed).length;
  console.log(`${noticed} of ${mutants.length} mutants noticed`);
  process.exitCode = noticed === mutants.length ? 0 : 1;
}

await orExplain(() => {
  prepare();
  useRunDirectory();
  prove(process.argv.slice(2));
});
