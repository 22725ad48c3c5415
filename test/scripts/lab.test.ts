import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';
import { USAGE } from '../../lab/cli/options.mjs';
import { root } from '../../scripts/setup/environment.mjs';

/** What the command printed and how it ended. PATH is empty: a set-up or a build would fail. */
function lab(...args: string[]) {
  const command = [path.join(root, 'scripts', 'lab.mjs'), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8', env: { PATH: '' } });
  return { status, stdout, stderr };
}

it('npm run lab prints its help without a set-up', () => {
  expect(lab('--help')).toEqual({ status: 0, stdout: `${USAGE}\n`, stderr: '' });
});

it('npm run lab refuses a wrong option without a set-up', () => {
  const { status, stdout, stderr } = lab('--hosts', '0');
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^lab: --hosts: got 0, /);
});
