/** `npm run api`: writes the report on the public API, api/cdktf-nixos.api.md, which `npm run check` compares. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { root } from './setup/environment.mjs';

const extractor = path.join(root, 'node_modules', '.bin', 'api-extractor');
const commands = [
  [process.execPath, 'scripts/build.mjs'],
  [extractor, 'run', '--local', '--config', 'api/api-extractor.json'],
];
const failed = commands.some(([program, ...args]) => spawnSync(program, args, { cwd: root, stdio: 'inherit' }).status);
process.exitCode = failed ? 1 : 0;
