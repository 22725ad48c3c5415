/**
 * Builds dist/: JavaScript and types from lib/, execa bundled into the one file that imports it, the deploy client
 * bundled into one file that needs nothing but Node, kinds of jobs with a bundle of their own, and the shell scripts.
 *
 * It is built in a folder beside dist/ and moved into place, so that a reader never sees half of it.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, bundleClient, bundleJobKind, jobKindsWithBundle } from './build/client.mjs';
import { supervisorText } from './build/supervisor.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const staging = path.join(root, `dist.${process.pid}`);
const require = createRequire(import.meta.url);

function compile() {
  const compiler = require.resolve('typescript/bin/tsc');
  const args = [compiler, '--project', 'tsconfig.build.json', '--outDir', staging];
  const result = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (result.status !== 0) throw new Error('the TypeScript compiler found errors');
}

/**
 * What we ship inside our own files keeps its licence: one text with the notices of every bundled package.
 *
 * @param {string[]} inputs
 */
function writeNotices(inputs) {
  const packages = new Set(
    inputs
      .map((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0])
      .filter((name) => name !== undefined),
  );
  const notices = [...packages].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(path.join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? '' : `\n${readFileSync(path.join(root, folder, file), 'utf8').trim()}\n`;
    return `${name} ${version} (${license})\n${text}`;
  });
  writeFileSync(path.join(staging, 'third-party-licenses.txt'), notices.join('\n----\n\n'));
}

/** The rest of what a synth stages is shipped as it is. */
function copyScripts() {
  const { CLIENT_FILES } = require(path.join(staging, 'terraform', 'client-files.js'));
  for (const file of CLIENT_FILES) {
    const target = path.join(staging, 'client', file);
    if (!existsSync(target)) copyFileSync(path.join(root, 'lib', 'client', file), target);
  }
}

async function main() {
  compile();
  const inputs = [
    ...(await bundle('lib/private/execa.ts', path.join(staging, 'private', 'execa.js'))),
    ...(await bundleClient(path.join(staging, 'client', 'client.cjs'))),
  ];
  const { jobBundleFile } = require(path.join(staging, 'job', 'kind.js'));
  for (const { kind, source } of jobKindsWithBundle()) {
    inputs.push(...(await bundleJobKind(source, path.join(staging, 'client', jobBundleFile(kind)))));
  }
  writeNotices(inputs);
  writeFileSync(path.join(staging, 'client', 'supervisor.sh'), supervisorText());
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
