/**
 * `npm run test:slow`: the tests that `npm test` leaves out because they take long: files named `*.slow.test.ts`, and groups
 * that are played on one shape of host there and on each here. Arguments go to vitest. The faults have a command of their own.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { environment, root } from './setup/environment.mjs';
import { prepare } from './setup/prepare.mjs';
import { orExplain, setUpTests } from './setup.mjs';

await orExplain(() => {
  setUpTests();
  prepare();
  const args = ['run', '--exclude', 'test/faults', '--reporter=verbose', ...process.argv.slice(2)];
  const { status } = spawnSync(path.join(root, 'node_modules', '.bin', 'vitest'), args, {
    cwd: root,
    env: { ...process.env, ...environment(), TESTS: 'all' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  process.exitCode = status ?? 1;
});
