import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { lastLines, run } from './command.mjs';
import { root } from './environment.mjs';
import { report } from './report.mjs';
import { SetupError } from './setup-error.mjs';

/** npm's own record of what it installed. */
const INSTALLED = path.join(root, 'node_modules', '.package-lock.json');

/** Installs what package-lock.json names, unless that was done after its last change. */
export function ensureNpmDependencies() {
  const lock = path.join(root, 'package-lock.json');
  if (existsSync(INSTALLED) && statSync(INSTALLED).mtimeMs >= statSync(lock).mtimeMs) {
    report('npm dependencies', 'reused');
    return;
  }
  report('npm dependencies', 'npm ci');
  const { ok, output } = run('npm', ['ci', '--no-fund', '--no-audit'], { cwd: root });
  if (!ok) throw new SetupError(`npm ci failed:\n${lastLines(output, 20)}`);
}
