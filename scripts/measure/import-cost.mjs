import { spawnSync } from 'node:child_process';

const PLATFORM = `require('cdktf'); require('constructs');`;

/**
 * Milliseconds that any program for CDK for Terraform spends on imports.
 *
 * @param {string} checkout
 */
export function platformImportTime(checkout) {
  return time(checkout, '', PLATFORM);
}

/**
 * Milliseconds that an import of the package adds.
 *
 * @param {string} checkout
 */
export function addedImportTime(checkout) {
  return time(checkout, PLATFORM, `require('./dist/index.js');`);
}

/**
 * @param {string} checkout
 * @param {string} before is not counted
 * @param {string} measured
 */
function time(checkout, before, measured) {
  const program = `${before} const started = performance.now(); ${measured} console.log(performance.now() - started);`;
  const { status, stdout, stderr } = spawnSync('node', ['--eval', program], { cwd: checkout, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}
