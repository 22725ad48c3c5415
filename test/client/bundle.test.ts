import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../scripts/build/bundle.mjs';
import { bundleClient } from '../../scripts/build/client.mjs';

/** The rooms of lib/ that run at apply. */
const ROOMS = /^lib\/(client|job|validation|private)\//;
/** execa and the packages that it needs. */
const PACKAGES = [
  '@sec-ant/readable-stream',
  '@sindresorhus/merge-streams',
  'cross-spawn',
  'execa',
  'figures',
  'get-stream',
  'human-signals',
  'is-plain-obj',
  'is-stream',
  'is-unicode-supported',
  'isexe',
  'npm-run-path',
  'parse-ms',
  'path-key',
  'pretty-ms',
  'shebang-command',
  'shebang-regex',
  'signal-exit',
  'strip-final-newline',
  'unicorn-magic',
  'which',
  'yoctocolors',
];
const MAX_BYTES = 460_000;

/** The package that a file of a bundle belongs to. */
function packageOf(file: string): string | undefined {
  return /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
}

/** The packages of a bundle, and its files of this project, that do not belong in the client. */
function strangers(inputs: readonly string[]): string[] {
  const found = inputs.filter((file) => !ROOMS.test(file)).map((file) => packageOf(file) ?? file);
  return [...new Set(found)].filter((name) => !PACKAGES.includes(name)).sort();
}

describe('the bundle of the client', () => {
  let directory: string;
  let target: string;
  let inputs: string[];

  beforeAll(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'bundle-'));
    target = path.join(directory, 'client.cjs');
    inputs = await bundleClient(target);
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('the client is bundled from the rooms that run at apply and the packages of execa alone', () => {
    expect(inputs).toContain('lib/client/main.ts');
    expect(inputs.some((file) => packageOf(file) === 'execa')).toBe(true);
    expect(strangers(inputs)).toEqual([]);
  });

  it(`the bundle of the client has at most ${MAX_BYTES} bytes`, () => {
    expect(statSync(target).size).toBeLessThanOrEqual(MAX_BYTES);
  });

  it('a file of another room shows in the inputs of a bundle, with the package that it brings', async () => {
    const found = strangers(await bundle('lib/terraform/token.ts', path.join(directory, 'other.cjs')));
    expect(found).toEqual(expect.arrayContaining(['cdktf', 'constructs', 'lib/terraform/token.ts']));
  });
});
