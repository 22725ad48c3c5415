import { setUp } from '../../scripts/setup.mjs';
import { run } from '../../scripts/setup/command.mjs';
import { root } from '../../scripts/setup/environment.mjs';
import { SetupError } from '../../scripts/setup/setup-error.mjs';

/** What the suite's own commands need: everything that the tests use, and a dist/ of this work tree. */
export function prepare() {
  setUp();
  const build = run(process.execPath, ['scripts/build.mjs'], { cwd: root });
  if (!build.ok) {
    throw new SetupError(build.output);
  }
}
