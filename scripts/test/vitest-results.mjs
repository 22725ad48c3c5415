import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * What vitest's JSON report says. A file that failed before its first test counts as one failed test.
 *
 * @param {string} file
 * @param {string} root test files are named relative to it
 * @returns {{ passed: number, failed: string[], skipped: string[] }}
 */
export function readResults(file, root) {
  if (!existsSync(file)) return { passed: 0, failed: ['vitest wrote no report'], skipped: [] };
  /** @type {{ name: string, status: string, assertionResults: { status: string, fullName: string }[] }[]} */
  const files = JSON.parse(readFileSync(file, 'utf8')).testResults;
  const results = files.flatMap(({ name, status, assertionResults }) => {
    const label = path.relative(root, name);
    const own = assertionResults.map((test) => ({ status: test.status, name: `${label}: ${test.fullName}` }));
    const brokenFile = status === 'failed' && !own.some((test) => test.status === 'failed');
    return brokenFile ? [...own, { status: 'failed', name: `${label}: the file itself` }] : own;
  });
  const names = (/** @type {(status: string) => boolean} */ wanted) =>
    results.filter((test) => wanted(test.status)).map((test) => test.name);
  return {
    passed: names((status) => status === 'passed').length,
    failed: names((status) => status === 'failed'),
    skipped: names((status) => status !== 'passed' && status !== 'failed'),
  };
}
