import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'lib', 'supervisor');
const FIRST = path.join('base', 'wire.sh');
const LAST = 'main.sh';

/** The host's half of a deployment as one script: it arrives over the connection as one text. */
export function supervisorText() {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.sh'));
  const between = files.filter((file) => file !== FIRST && file !== LAST).sort();
  return [FIRST, ...between, LAST].map((file) => readFileSync(path.join(folder, file), 'utf8')).join('\n');
}
