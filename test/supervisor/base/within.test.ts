import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runFunctions } from '../support/supervisor-functions';

describe('a function with a limit', () => {
  let folder: string;

  beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'within-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (code: string) => runFunctions(`run_directory=$1; ${code}`, folder);

  it.each([
    ['true', 0],
    ['false', 1],
  ])('%s has its own status, however often it runs', (program, status) => {
    const code = `i=0; while [ "$i" -lt 100 ]; do i=$((i + 1)); within 60 ${program}; echo "$?"; done | sort | uniq -c`;
    expect(run(code).trim()).toBe(`100 ${status}`);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('a function that does not end is killed, and has failed', () => {
    expect(run('hang() { exec sleep 600; }; within 1 hang; echo "$?"; sleep 1; has_ended "$!"; echo "$?"')).toBe(
      '1\n0\n',
    );
  });
});
