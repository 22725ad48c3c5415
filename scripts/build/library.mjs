import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, transform } from 'esbuild';
import { bundle, COMMON, root } from './bundle.mjs';

const LIB = path.join(root, 'lib');

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
    external: ['./execa'],
    write: false,
    metafile: true,
  });
  for (const { path: file, text } of outputFiles) {
    const { code } = await transform(text, { format: 'cjs', platform: COMMON.platform, target: COMMON.target });
    writeFileSync(file, code);
  }
  copyWorkers(folder);
  return [...Object.keys(metafile.inputs), ...(await addExeca(folder))];
}

/**
 * The one import of execa becomes a file that loads it for the first process (ADR 001).
 *
 * @param {string} folder
 */
async function addExeca(folder) {
  copyFileSync(path.join(root, 'scripts', 'build', 'execa-on-demand.cjs'), path.join(folder, 'execa.js'));
  return bundle('lib/private/execa.ts', path.join(folder, 'execa-bundle.js'));
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
