import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './bundle.mjs';

/**
 * What we ship inside our own files keeps its licence: one text with the notices of every bundled package.
 *
 * @param {string[]} inputs the files that went into bundles
 */
export function notices(inputs) {
  const packages = new Set(
    inputs
      .map((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0])
      .filter((name) => name !== undefined),
  );
  return [...packages].sort().map(notice).join('\n----\n\n');
}

/** @param {string} folder of a package, relative to the root */
function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'));
  const file = readdirSync(path.join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? '' : `\n${readFileSync(path.join(root, folder, file), 'utf8').trim()}\n`;
  return `${name} ${version} (${license})\n${text}`;
}
