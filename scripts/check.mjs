/** The checks of `npm test` that are not tests; alone: `npm run check`. */
import path from 'node:path';
import { run } from './setup/command.mjs';
import { environment, root } from './setup/environment.mjs';
import { isMain } from './setup/main.mjs';

/** @typedef {{ name: string, outcome: 'passed' | 'failed' | 'skipped' }} CheckResult */

/** One for each entry of the package. */
export const API_REPORTS = ['api/api-extractor.json', 'api/api-extractor-hcloud.json'];

/** @param {string} name */
function local(name) {
  return path.join(root, 'node_modules', '.bin', name);
}

/** Everything tracked, and the supervisor as a whole: the build before this has made it. */
function shellScripts() {
  const { output } = run('git', ['ls-files', '*.sh', '.ci/run'], { cwd: root });
  return [...output.split('\n').filter((file) => file !== ''), 'dist/client/supervisor.sh'];
}

/**
 * A program that says by its exit status whether all is well.
 *
 * @param {string} name
 * @param {string} program
 * @param {string[]} args
 * @returns {CheckResult}
 */
function check(name, program, args) {
  const started = Date.now();
  const result = run(program, args, { cwd: root, env: environment() });
  const outcome = result.missing ? 'skipped' : result.ok ? 'passed' : 'failed';
  if (outcome === 'failed') console.log(result.output);
  const reason = result.missing ? `${program} is not installed` : `${((Date.now() - started) / 1000).toFixed(1)} s`;
  console.log(`check: ${name}: ${outcome} (${reason})`);
  return { name: `check ${name}${result.missing ? ` (${reason})` : ''}`, outcome };
}

/** @returns {CheckResult[]} */
export function runChecks() {
  return [
    check('build', process.execPath, ['scripts/build.mjs']),
    check('format', local('prettier'), ['--check', '.']),
    check('lint', local('eslint'), ['.']),
    check('rooms', local('depcruise'), ['lib', 'lab', 'scripts', '--output-type', 'err']),
    check('types', local('tsc'), ['--noEmit']),
    ...API_REPORTS.map((config) =>
      check(`API report of ${config} (npm run api updates it)`, local('api-extractor'), ['run', '--config', config]),
    ),
    check('shell scripts', 'shellcheck', shellScripts()),
  ];
}

if (isMain(import.meta.url)) process.exitCode = runChecks().some((result) => result.outcome === 'failed') ? 1 : 0;
