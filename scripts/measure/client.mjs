import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { clientFolder } from './files.mjs';

/** What it exits with when its job is refused. */
const REFUSED = 64;

/** @param {string} checkout */
export function measureClient(checkout) {
  const bytes = statSync(path.join(clientFolder(checkout), 'client.cjs')).size;
  return { 'client: size': `${Math.round(bytes / 1000)} kB` };
}

/**
 * Milliseconds from the start of the deploy client to its refusal of an empty job.
 *
 * @param {string} checkout
 */
export function timeToRefusal(checkout) {
  const started = performance.now();
  const { status, stderr } = spawnSync('node', ['client.cjs'], {
    cwd: clientFolder(checkout),
    env: { ...process.env, CDKTF_NIXOS_JOB: '{}' },
    encoding: 'utf8',
  });
  if (status !== REFUSED) throw new Error(`the client did not refuse an empty job: ${stderr}`);
  return performance.now() - started;
}
