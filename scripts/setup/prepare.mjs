import { createRequire } from 'node:module';
import path from 'node:path';
import { setUp } from '../setup.mjs';
import { run } from './command.mjs';
import { environment, root } from './environment.mjs';
import { report } from './report.mjs';
import { useRunDirectory } from './run-directory.mjs';
import { SetupError } from './setup-error.mjs';

const require = createRequire(import.meta.url);

/** What commands that deploy need: everything that the tests use, and a dist/ of this work tree. */
export function prepare() {
  const started = Date.now();
  setUp();
  const build = run(process.execPath, ['scripts/build.mjs'], { cwd: root });
  if (!build.ok) throw new SetupError(build.output);
  report('done', `${((Date.now() - started) / 1000).toFixed(1)} s, the build of dist/ included`);
}

/**
 * Goes on in a TypeScript program, in this process: what a terminal or another program tells us, it is told.
 *
 * @param {string} file relative to the root
 */
export function become(file) {
  useRunDirectory();
  Object.assign(process.env, environment(), { TSX_TSCONFIG_PATH: path.join(root, 'scripts', 'tsconfig.json') });
  require('tsx/cjs/api').register();
  require(path.join(root, file));
}
