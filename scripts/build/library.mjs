import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, transform } from 'esbuild';
import { bundle, COMMON, root } from './bundle.mjs';

const LIB = path.join(root, 'lib');

/** Packages that are loaded when they are first used. Each has one file in lib/private that imports it (ADR 001). */
const ON_DEMAND = ['execa', 'yaml'];

/**
 * Writes the library as one CommonJS file per entry of the package. What several entries share is in a file that they
 * import, so that every class exists once. Packages stay imports.
 *
 * @param {Record<string, string>} entries sources by the names of the files that they become
 * @param {string} folder
 * @returns {Promise<string[]>} the files that went into it
 */
export async function buildLibrary(entries, folder) {
  mkdirSync(folder, { recursive: true });
  // Only for ES modules does esbuild share code between entries; each file becomes CommonJS afterwards.
  const { outputFiles, metafile } = await build({
    ...COMMON,
    entryPoints: entries,
    outdir: folder,
    chunkNames: 'shared-[hash]',
    splitting: true,
    // A class with a static of its own type gets another name otherwise.
    keepNames: true,
    format: 'esm',
    packages: 'external',
    plugins: [onDemand],
    write: false,
    metafile: true,
  });
  for (const { path: file, text } of outputFiles) {
    const { code } = await transform(text, { format: 'cjs', platform: COMMON.platform, target: COMMON.target });
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, code);
  }
  copyWorkers(folder);
  const bundled = await Promise.all(ON_DEMAND.map((name) => addOnDemand(name, folder)));
  return [...Object.keys(metafile.inputs), ...bundled.flat()];
}

/** @type {import('esbuild').Plugin} */
const onDemand = {
  name: 'on-demand',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ path: imported, resolveDir }) => {
      const name = path.relative(path.join(LIB, 'private'), path.resolve(resolveDir, imported));
      return ON_DEMAND.includes(name) ? { path: `./${name}`, external: true } : undefined;
    });
  },
};

/**
 * The one import of a package becomes a file that loads it for the first call.
 *
 * @param {string} name
 * @param {string} folder
 */
async function addOnDemand(name, folder) {
  copyFileSync(path.join(root, 'scripts', 'build', `${name}-on-demand.cjs`), path.join(folder, `${name}.js`));
  return bundle(`lib/private/${name}.ts`, path.join(folder, `${name}-bundle.js`));
}

/**
 * A program of a thread is started by its path: it lies beside the library.
 *
 * @param {string} folder
 */
function copyWorkers(folder) {
  for (const file of readdirSync(LIB, { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('-worker.mjs')) copyFileSync(path.join(LIB, file), path.join(folder, path.basename(file)));
  }
}
