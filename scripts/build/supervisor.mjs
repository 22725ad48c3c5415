import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'lib', 'supervisor');
const HEAD = 'head.sh';
const MAIN = 'main.sh';

/** @typedef {{ readonly name: string, readonly text: string }} Part */

/** @param {string} name @returns {Part} */
function part(name) {
  return { name, text: readFileSync(path.join(folder, name), 'utf8') };
}

/** The parts between the first and the last: functions only, so that they may come in any order. */
export function supervisorParts() {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.sh'));
  return files
    .filter((file) => file !== HEAD && file !== MAIN)
    .sort()
    .map(part);
}

/** The host's half of a deployment as one script, because it arrives over the connection as one text. */
export function supervisorText(parts = supervisorParts()) {
  return [part(HEAD), ...parts, part(MAIN)].map(({ text }) => text).join('\n');
}
