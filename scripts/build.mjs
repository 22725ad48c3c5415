/**
 * Builds dist/: JavaScript and types from lib/, execa bundled into the one file that imports it, the deploy client
 * bundled into one file that needs nothing but Node, and the shell scripts beside it.
 *
 * It is built in a folder beside dist/ and moved into place, so that a reader never sees half of it.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
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
 * @param {string} source
 * @param {string} target
 * @returns {Promise<string[]>} the files that went into the bundle
 */
async function bundle(source, target) {
  const { build } = require('esbuild');
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [source],
    outfile: target,
    allowOverwrite: true,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    metafile: true,
    logLevel: 'warning',
  });
  return Object.keys(metafile.inputs);
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

/** What a synth stages and nothing above has made is shipped as it is. */
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
    ...(await bundle('lib/client/main.ts', path.join(staging, 'client', 'client.cjs'))),
  ];
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
