import { spawnSync } from 'node:child_process';

/**
 * Runs a program to its end with nothing on its input.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, timeoutSeconds?: number }} [options]
 * @returns {{ ok: boolean, missing: boolean, output: string }} what it printed, both streams
 */
export function run(program, args, options = {}) {
  const result = spawnSync(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    timeout: options.timeoutSeconds === undefined ? undefined : options.timeoutSeconds * 1000,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const missing = result.error !== undefined && 'code' in result.error && result.error.code === 'ENOENT';
  return { ok: result.status === 0, missing, output: `${result.stdout ?? ''}${result.stderr ?? ''}`.trim() };
}

/**
 * The end of a program's output, for an error.
 *
 * @param {string} output
 */
export function lastLines(output, count = 8) {
  return output.split('\n').slice(-count).join('\n');
}
