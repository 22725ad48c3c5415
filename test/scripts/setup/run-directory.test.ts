import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root } from '../../../scripts/setup/environment.mjs';

const MODULE = pathToFileURL(path.join(root, 'scripts', 'setup', 'run-directory.mjs')).href;
const PROGRAM = `
  import { mkdtempSync } from 'node:fs';
  import { tmpdir } from 'node:os';
  import { useRunDirectory } from '${MODULE}';
  useRunDirectory();
  mkdtempSync(tmpdir() + '/some-');
  console.log(tmpdir());
  process.stdin.on('end', () => process.exit(1)).resume();
`;

describe('the folder of a run', () => {
  let parent: string;
  const runs: ChildProcess[] = [];

  beforeEach(() => {
    parent = mkdtempSync(path.join(tmpdir(), 'parent-'));
  });

  afterEach(() => {
    for (const run of runs.splice(0)) run.kill('SIGKILL');
    rmSync(parent, { recursive: true, force: true });
  });

  /** A program that has a folder and something in it, until its input ends. */
  async function start(within = parent): Promise<{ process: ChildProcess; directory: string }> {
    const run = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
      env: { ...process.env, TMPDIR: within },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    runs.push(run);
    const [line] = (await once(run.stdout, 'data')) as [Buffer];
    return { process: run, directory: line.toString().trim() };
  }

  it("the folder of a run holds the program's temporary files, and goes with it", async () => {
    const run = await start();
    expect(path.dirname(run.directory)).toBe(parent);
    expect(readdirSync(run.directory)).toEqual([expect.stringMatching(/^some-/)]);
    run.process.stdin!.end();
    await once(run.process, 'exit');
    expect(readdirSync(parent)).toEqual([]);
  });

  it('the programs that the first one starts share its folder', async () => {
    const outer = await start();
    const inner = await start(outer.directory);
    expect(inner.directory).toBe(outer.directory);
    inner.process.stdin!.end();
    await once(inner.process, 'exit');
    expect(readdirSync(outer.directory)).toHaveLength(2);
  });

  it('the next run removes the folder of a killed program, but not one that is in use', async () => {
    const [killed, alive] = [await start(), await start()];
    killed.process.kill('SIGKILL');
    await once(killed.process, 'exit');
    expect(existsSync(killed.directory)).toBe(true);
    const next = await start();
    expect(readdirSync(parent).sort()).toEqual([alive, next].map(({ directory }) => path.basename(directory)).sort());
  });

  it('the folder of a program is not mistaken for that of another one with the same number', async () => {
    const run = await start();
    const namesake = path.join(parent, `cdktf-nixos-${run.process.pid}-zz`);
    mkdirSync(namesake);
    await start();
    expect([existsSync(namesake), existsSync(run.directory)]).toEqual([process.platform !== 'linux', true]);
  });

  it('a run leaves a folder with another name alone', async () => {
    const foreign = path.join(parent, 'cdktf-nixos-notes');
    mkdirSync(foreign);
    writeFileSync(path.join(foreign, 'file'), '');
    await start();
    expect(existsSync(path.join(foreign, 'file'))).toBe(true);
  });
});
