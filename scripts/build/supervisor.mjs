import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const parts = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'lib', 'supervisor');

/**
 * The host's half of a deployment as one script: it arrives over the connection as one text. Its parts are in the order
 * of their names.
 */
export function supervisorText() {
  const files = readdirSync(parts).filter((file) => file.endsWith('.sh'));
  return files
    .sort()
    .map((file) => readFileSync(path.join(parts, file), 'utf8'))
    .join('\n');
}
