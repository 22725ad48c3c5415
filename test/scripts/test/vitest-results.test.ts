import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readResults } from '../../../scripts/test/vitest-results.mjs';

describe("the counts behind npm test's last line", () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'results-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const read = (testResults: unknown) => {
    const file = path.join(folder, 'results.json');
    writeFileSync(file, JSON.stringify({ testResults }));
    return readResults(file, '/repository');
  };

  it('the results count passed tests, and name failed and skipped ones with their file', () => {
    const assertionResults = [
      { status: 'passed', fullName: 'a works' },
      { status: 'failed', fullName: 'a breaks' },
      { status: 'skipped', fullName: 'a (skipped: needs root)' },
      { status: 'todo', fullName: 'a later' },
    ];
    expect(read([{ name: '/repository/test/a.test.ts', status: 'failed', assertionResults }])).toEqual({
      passed: 1,
      failed: ['test/a.test.ts: a breaks'],
      skipped: ['test/a.test.ts: a (skipped: needs root)', 'test/a.test.ts: a later'],
    });
  });

  it('the results count a file that failed before or after its tests as one failed test', () => {
    const assertionResults = [{ status: 'passed', fullName: 'b works' }];
    const files = [
      { name: '/repository/test/b.test.ts', status: 'failed', assertionResults },
      { name: '/repository/test/c.test.ts', status: 'failed', assertionResults: [] },
    ];
    expect(read(files)).toEqual({
      passed: 1,
      failed: ['test/b.test.ts: the file itself', 'test/c.test.ts: the file itself'],
      skipped: [],
    });
  });

  it('the results count a missing report as a failure', () => {
    expect(readResults(path.join(folder, 'none.json'), '/repository').failed).toEqual(['vitest wrote no report']);
  });
});
