/**
 * npm runs this after an install in a clone, and before it packs a clone for somebody who installs from git: such a
 * package has no dist/ yet. `npm ci` leaves the build to the command that needs it.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from './setup/environment.mjs';

if (process.env.npm_command !== 'ci' && !existsSync(path.join(root, 'dist'))) await import('./build.mjs');
