import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What all our bundles have in common. @satisfies {import('esbuild').BuildOptions} */
export const COMMON = /** @type {const} */ ({
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
});

/**
 * Makes one file that needs nothing but Node.
 *
 * @param {string} source
 * @param {string} target
 * @param {import('esbuild').Plugin[]} [plugins]
 * @returns {Promise<string[]>} the files that went into it, relative to the project
 */
export async function bundle(source, target, plugins = []) {
  const { metafile } = await build({
    ...COMMON,
    entryPoints: [source],
    outfile: target,
    format: 'cjs',
    metafile: true,
    plugins,
  });
  return Object.keys(metafile.inputs);
}
