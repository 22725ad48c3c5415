import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { clientFolder } from './files.mjs';
import { inMilliseconds, medianMilliseconds } from './runs.mjs';

/** What it exits with when its job is refused. */
const REFUSED = 64;

/**
 * The deploy client: its size, and its time from the start to its first refusal.
 *
 * @param {string} checkout
 */
export function measureClient(checkout) {
  const folder = clientFolder(checkout);
  const bytes = statSync(path.join(folder, 'client.cjs')).size;
  return {
    'client: size': `${Math.round(bytes / 1000)} kB`,
    'client: start to refusal': inMilliseconds(medianMilliseconds(() => timeToRefusal(folder))),
  };
}

/** @param {string} folder */
function timeToRefusal(folder) {
  const started = performance.now();
  const { status, stderr } = spawnSync('node', ['client.cjs'], {
    cwd: folder,
    env: { ...process.env, CDKTF_NIXOS_JOB: '{}' },
    encoding: 'utf8',
  });
  if (status !== REFUSED) throw new Error(`the client did not refuse an empty job: ${stderr}`);
  return performance.now() - started;
}
