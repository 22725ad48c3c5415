import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A line that only leads to a page of Terraform's registry. */
const LINK = /^\s*(\/\/|\*) *(https?:\/\/\S*|Docs at Terraform Registry: .*|Refer to .*)$/;

/** What generated code does, our compiler's options refuse: it overrides without saying so. */
const HEADER = '// @ts-nocheck\n';

/** A comment that says nothing once such lines are gone. */
const EMPTY_COMMENT = /^ *\/\*\*\n(?: *\*\n)* *\*\/\n/gm;

/**
 * Replaces a folder of bindings.
 *
 * @param {Map<string, string>} files texts by their paths in the folder
 * @param {string} folder
 */
export function writeBindings(files, folder) {
  rmSync(folder, { recursive: true, force: true });
  for (const [file, text] of files) {
    const target = path.join(folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, HEADER + withoutLinks(text));
  }
}

/** @param {string} text */
function withoutLinks(text) {
  const lines = text.split('\n').filter((line) => !LINK.test(line));
  return lines
    .map((line) => line.replace(/\{@link \S+ ([^}]+)\}/g, '$1').trimEnd())
    .join('\n')
    .replace(EMPTY_COMMENT, '');
}
