import { spawnSync } from 'node:child_process';
import { inMilliseconds, medianMilliseconds } from './runs.mjs';

/**
 * What an import of the package costs, after cdktf and constructs: programs load these anyway.
 *
 * @param {string} checkout
 */
export function measureImportCost(checkout) {
  return {
    'import: cdktf and constructs': time(checkout, '', `require('cdktf'); require('constructs');`),
    'import: the package, added': time(
      checkout,
      `require('cdktf'); require('constructs');`,
      `require('./dist/index.js');`,
    ),
  };
}

/**
 * @param {string} checkout
 * @param {string} before is not counted
 * @param {string} measured
 */
function time(checkout, before, measured) {
  const program = `${before} const started = performance.now(); ${measured} console.log(performance.now() - started);`;
  const run = () => {
    const { status, stdout, stderr } = spawnSync('node', ['--eval', program], { cwd: checkout, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return Number(stdout);
  };
  return inMilliseconds(medianMilliseconds(run));
}
