/**
 * The client's tests on other versions of Node.js, which npm fetches into .cache: `npm run test:node -- 22 24`. What reads a
 * host's output is tested on each: how Node.js splits lines has changed between them.
 */
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { lastLines, run } from './setup/command.mjs';
import { cache, environment, root } from './setup/environment.mjs';
import { isMain } from './setup/main.mjs';

/** The versions that `npm test` adds to the one that it runs on. */
export const OTHER_VERSIONS = ['22', '24'];
const FETCH_SECONDS = 300;
const TEST_SECONDS = 600;
/** What depends on the version: the readers of the host's output, and the bundle as Terraform starts it. */
const TESTS = [
  'test/client/host/bounded-lines.test.ts',
  'test/client/host/supervisor-reply.test.ts',
  'test/client/host/supervisor-channel.test.ts',
  'test/client/launch.test.ts',
  'test/client/main.process.test.ts',
];

/**
 * The folder with the program `node` of a major version; undefined when it cannot be had.
 *
 * @param {string} version
 */
function folderOf(version) {
  const name = `node-${process.platform}-${process.arch}`;
  const home = path.join(cache, 'node', version);
  const folder = path.join(home, 'node_modules', name, 'bin');
  if (existsSync(path.join(folder, 'node'))) return folder;
  mkdirSync(home, { recursive: true });
  const args = [
    'install',
    '--prefix',
    home,
    '--no-save',
    '--no-package-lock',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
  ];
  const { ok } = run('npm', [...args, `${name}@${version}`], { timeoutSeconds: FETCH_SECONDS });
  return ok && existsSync(path.join(folder, 'node')) ? folder : undefined;
}

/**
 * @param {string} version major version
 * @returns {{ name: string, outcome: 'passed' | 'failed' | 'skipped' }}
 */
export function testOn(version) {
  const name = `the client's tests on Node.js ${version}`;
  const folder = folderOf(version);
  if (folder === undefined) return skipped(name, 'npm does not install it here');
  const node = path.join(folder, 'node');
  const found = run(node, ['--version']);
  if (!found.ok) return skipped(name, 'it does not run here');
  const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const { ok, output } = run(node, [vitest, 'run', '--maxWorkers', '1', ...TESTS], {
    cwd: root,
    env: { ...environment(), PATH: `${folder}:${process.env.PATH ?? ''}` },
    timeoutSeconds: TEST_SECONDS,
  });
  console.log(`${name}: ${ok ? 'passed' : 'failed'} (${found.output})`);
  if (!ok) console.log(lastLines(output, 60));
  return { name, outcome: ok ? 'passed' : 'failed' };
}

/**
 * @param {string} name
 * @param {string} reason
 */
function skipped(name, reason) {
  console.log(`${name}: skipped (${reason})`);
  return { name: `${name} (${reason})`, outcome: /** @type {const} */ ('skipped') };
}

if (isMain(import.meta.url)) {
  const versions = process.argv.slice(2);
  const results = (versions.length > 0 ? versions : OTHER_VERSIONS).map(testOn);
  process.exitCode = results.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
}
