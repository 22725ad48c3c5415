/**
 * `npm run test:faults`: every fault on every shape of host that it applies to. Arguments go to vitest, for example
 * `-- -t "a power cut"`. With SWITCH_TO_CONFIGURATION=<file> hosts with systemd use NixOS's own program.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { environment, root } from '../../scripts/setup/environment.mjs';
import { orExplain } from '../../scripts/setup.mjs';
import { prepare } from '../../scripts/setup/prepare.mjs';

await orExplain(() => {
  prepare();
  const args = ['run', 'test/faults', '--reporter=verbose', ...process.argv.slice(2)];
  const { status } = spawnSync(path.join(root, 'node_modules', '.bin', 'vitest'), args, {
    cwd: root,
    env: { ...process.env, ...environment(), FAULTS: 'all' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  process.exitCode = status ?? 1;
});
