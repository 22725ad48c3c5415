/** `npm run api`: writes the reports on the public API, one for each entry of the package; `npm run check` compares. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { API_REPORTS } from './check.mjs';
import { root } from './setup/environment.mjs';

const extractor = path.join(root, 'node_modules', '.bin', 'api-extractor');
const commands = [
  [process.execPath, 'scripts/build.mjs'],
  ...API_REPORTS.map((config) => [extractor, 'run', '--local', '--config', config]),
];
const failed = commands.some(([program, ...args]) => spawnSync(program, args, { cwd: root, stdio: 'inherit' }).status);
process.exitCode = failed ? 1 : 0;
