/**
 * Builds dist/: the library as one file with the types of its sources, the deploy client as one file that needs nothing
 * but Node, kinds of jobs with a bundle of their own, and the shell scripts beside it.
 *
 * It is built in a folder beside dist/ and moved into place, so that a reader never sees half of it.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { bundle, root } from './build/bundle.mjs';
import { bundleClient, bundleJobKind, jobKindsWithBundle } from './build/client.mjs';
import { LIBRARY_ENTRIES } from './build/entries.mjs';
import { buildLibrary } from './build/library.mjs';
import { notices } from './build/notices.mjs';
import { supervisorText } from './build/supervisor.mjs';

const staging = path.join(root, `dist.${process.pid}`);
const client = path.join(staging, 'client');
const require = createRequire(import.meta.url);

function compileTypes() {
  const compiler = require.resolve('typescript/bin/tsc');
  const args = [compiler, '--project', 'tsconfig.build.json', '--outDir', staging];
  const result = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (result.status !== 0) throw new Error('the TypeScript compiler found errors');
}

/** Scripts of the client are shipped as they are; the host's half is put together. */
function copyScripts() {
  const source = path.join(root, 'lib', 'client');
  const scripts = readdirSync(source).filter((file) => file.endsWith('.sh'));
  for (const file of scripts) copyFileSync(path.join(source, file), path.join(client, file));
  writeFileSync(path.join(client, 'supervisor.sh'), supervisorText());
}

async function main() {
  compileTypes();
  const inputs = [
    ...(await buildLibrary(LIBRARY_ENTRIES, staging)),
    ...(await bundleClient(path.join(client, 'client.cjs'))),
  ];
  for (const { source, file } of jobKindsWithBundle()) {
    inputs.push(...(await bundleJobKind(source, path.join(client, file))));
  }
  inputs.push(...(await bundle('lib/client/sweep/main.ts', path.join(staging, 'hcloud-sweep.cjs'))));
  chmodSync(path.join(staging, 'hcloud-sweep.cjs'), 0o755);
  writeFileSync(path.join(staging, 'third-party-licenses.txt'), notices(inputs));
  copyScripts();
  replace(path.join(root, 'dist'), staging);
}

/**
 * @param {string} target
 * @param {string} fresh
 */
function replace(target, fresh) {
  const old = `${target}.old.${process.pid}`;
  if (existsSync(target)) renameSync(target, old);
  renameSync(fresh, target);
  rmSync(old, { recursive: true, force: true });
}

try {
  await main();
} catch (error) {
  rmSync(staging, { recursive: true, force: true });
  console.error(`build: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
