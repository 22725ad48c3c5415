import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLibrary } from '../../scripts/build/library.mjs';
import { LIBRARY_ENTRIES } from '../../scripts/build/entries.mjs';
import { root } from '../../scripts/setup/environment.mjs';

describe('the built library', () => {
  let folder: string;

  beforeAll(async () => {
    // Packages are found from here, as they are from dist/.
    folder = mkdtempSync(path.join(root, '.cache', 'library-'));
    await buildLibrary(LIBRARY_ENTRIES, folder);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** The files below hcloud/ that a program has loaded when it has imported these entries. */
  function loaded(...entries: string[]): string[] {
    const program = `
      for (const entry of process.argv.slice(1)) require(entry);
      console.log(JSON.stringify(Object.keys(require.cache)));`;
    const files = entries.map((entry) => path.join(folder, entry));
    const { stdout } = execaSync(process.execPath, ['--eval', program, ...files], { cwd: tmpdir() });
    const below = path.join(folder, 'hcloud') + path.sep;
    return (JSON.parse(stdout) as string[])
      .filter((file) => file.startsWith(below))
      .map((file) => file.slice(below.length));
  }

  it('the core loads no file of Hetzner Cloud', () => {
    expect(loaded('index.js')).toEqual([]);
  });

  it('the entry for Hetzner Cloud loads the bindings that it uses, and not all of them', () => {
    const files = loaded('index.js', 'hcloud/index.js');
    expect(files).toContain('index.js');
    expect(files.filter((file) => file.startsWith('bindings/')).length).toBeLessThan(25);
    expect(files).not.toContain('bindings/zone/index.js');
  });

  it('a program loads one class of the bindings by its own path', () => {
    expect(loaded('hcloud/bindings/rdns/index.js')).toEqual(['bindings/rdns/index.js']);
  });
});
