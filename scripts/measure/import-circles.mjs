import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { root } from '../setup/environment.mjs';

/**
 * Groups of files in lib/ that import each other, in whatever number of steps; imports of types count.
 *
 * @param {string} checkout
 */
export function measureImportCircles(checkout) {
  const imports = importsOf(checkout);
  const reached = new Map([...imports.keys()].map((file) => [file, reachable(file, imports)]));
  const groups = new Set();
  for (const [file, files] of reached) {
    if (files.has(file))
      groups.add(
        [...files]
          .filter((other) => reached.get(other)?.has(file))
          .sort()
          .join(' '),
      );
  }
  return { 'import circles': String(groups.size) };
}

/**
 * @param {string} checkout
 * @returns {Map<string, string[]>} the files that each file imports
 */
function importsOf(checkout) {
  const cruiser = path.join(root, 'node_modules', '.bin', 'depcruise');
  const options = ['--no-config', '--ts-config', '--ts-pre-compilation-deps', '--do-not-follow', 'node_modules'];
  const { status, stdout, stderr } = spawnSync(cruiser, ['lib', ...options, '--output-type', 'json'], {
    cwd: checkout,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(stderr);
  /** @type {{ modules: { source: string, dependencies: { resolved: string }[] }[] }} */
  const { modules } = JSON.parse(stdout);
  return new Map(modules.map(({ source, dependencies }) => [source, dependencies.map(({ resolved }) => resolved)]));
}

/**
 * @param {string} start is in the result only when a circle leads back to it
 * @param {Map<string, string[]>} imports
 */
function reachable(start, imports) {
  const seen = new Set();
  const waiting = [...(imports.get(start) ?? [])];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    waiting.push(...(imports.get(file) ?? []));
  }
  return seen;
}
