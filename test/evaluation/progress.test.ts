import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { execaSync } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';

const SOURCE = path.join(__dirname, '..', '..', 'lib', 'evaluation');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'progress-'));
  const outfile = path.join(folder, 'progress.js');
  buildSync({ entryPoints: [path.join(SOURCE, 'progress.ts')], outfile, platform: 'node', format: 'cjs' });
  writeFileSync(
    path.join(folder, 'progress-worker.mjs'),
    execaSync('cat', [path.join(SOURCE, 'progress-worker.mjs')]).stdout,
  );
  const program = `
    const { execFileSync } = require('node:child_process');
    const { withProgress } = require('./progress.js');
    withProgress('evaluating .#web', () => execFileSync('sleep', [process.argv[2]]));
    console.log('done');
  `;
  writeFileSync(path.join(folder, 'program.js'), program);
});
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ['0.3', 'done'],
  ['3.5', 'cdktf-nixos: evaluating .#web\ndone'],
])('progress prints one line when the thread is blocked longer than two seconds: %s s', (seconds, expected) => {
  const { stdout, stderr } = execaSync('node', [path.join(folder, 'program.js'), seconds]);
  expect(stdout).toBe(expected);
  expect(stderr).toBe('');
});
