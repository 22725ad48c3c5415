/** Bundles of the deploy client: one for the client itself, and one for each kind of job that has a bundle of its own. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { bundle, root } from './bundle.mjs';

const CLIENT = path.join(root, 'lib', 'client');
const KIT = path.join(CLIENT, 'kit');

/**
 * @param {string} target
 * @returns {Promise<string[]>} the files that went into the bundle, relative to the project
 */
export function bundleClient(target) {
  return bundle(path.join(CLIENT, 'main.ts'), target);
}

/**
 * The bundle of one kind of job: its file exports `jobKind`. What it imports from `lib/client/kit` comes from the client
 * that loads it.
 *
 * @param {string} source
 * @param {string} target
 * @returns {Promise<string[]>} the files that went into the bundle, relative to the project
 */
export async function bundleJobKind(source, target) {
  const inputs = await bundle(source, target, [kitOfTheClient]);
  const copied = inputs.find(
    (file) =>
      /(^|\/)lib\/(client\/(?!jobs\/|hcloud\/)|private\/(process|execa)\.ts)/.test(file) ||
      /lib\/client\/jobs\/job-/.test(file),
  );
  if (copied !== undefined) throw new Error(`${source} has a copy of ${copied}: import it from lib/client/kit`);
  return inputs;
}

/** @type {import('esbuild').Plugin} */
const kitOfTheClient = {
  name: 'kit-of-the-client',
  setup({ onResolve }) {
    onResolve({ filter: /\/kit$/ }, ({ path: imported, resolveDir }) =>
      path.resolve(resolveDir, imported) === KIT ? { path: './client.cjs', external: true } : undefined,
    );
  },
};

/**
 * The kinds of jobs with a bundle of their own, `lib/client/jobs/<kind>/bundle.ts`, and the file that the client loads
 * (`lib/job/kind.ts`).
 *
 * @returns {{ source: string, file: string }[]}
 */
export function jobKindsWithBundle() {
  const folder = path.join(CLIENT, 'jobs');
  return readdirSync(folder)
    .map((kind) => ({ source: path.join(folder, kind, 'bundle.ts'), file: `job-${kind}.cjs` }))
    .filter(({ source }) => existsSync(source));
}
