/**
 * `npm run demo`: three hosts, real tools, five minutes of a fleet's life in one or two. Does its own set-up.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { environment, root } from './setup/environment.mjs';
import { run } from './setup/command.mjs';
import { SetupError } from './setup/setup-error.mjs';
import { orExplain, setUp } from './setup.mjs';

await orExplain(() => {
  setUp();
  const build = run(process.execPath, ['scripts/build.mjs'], { cwd: root });
  if (!build.ok) {
    throw new SetupError(build.output);
  }
  const tsx = path.join(root, 'node_modules', '.bin', 'tsx');
  const { status } = spawnSync(tsx, ['--tsconfig', 'scripts/demo/tsconfig.json', 'scripts/demo/demo.ts'], {
    cwd: root,
    env: { ...process.env, ...environment() },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  process.exitCode = status ?? 1;
});
