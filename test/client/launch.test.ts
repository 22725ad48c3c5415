import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMPLETE_FOLDER } from '../../lib/client/report/deploy-error';

const SCRIPT = path.join(__dirname, '..', '..', 'lib', 'client', 'launch.sh');
const CLIENT = 'console.log("client", process.env.CDKTF_NIXOS_JOB, process.cwd())';

describe('the launcher', () => {
  let stack: string;

  beforeEach(() => {
    stack = mkdtempSync(path.join(tmpdir(), 'a stack-'));
    mkdirSync(path.join(stack, 'cdktf-nixos'));
    mkdirSync(path.join(stack, 'bin'));
    copyFileSync(SCRIPT, path.join(stack, 'cdktf-nixos', 'launch.sh'));
    writeFileSync(path.join(stack, 'cdktf-nixos', 'client.cjs'), CLIENT);
  });

  afterEach(() => rmSync(stack, { recursive: true }));

  /** As Terraform does it, with another `node` when one is given. */
  function launch(node?: string) {
    if (node !== undefined) writeFileSync(path.join(stack, 'bin', 'node'), node, { mode: 0o755 });
    const found = node === undefined ? path.dirname(process.execPath) : path.join(stack, 'bin');
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', 'exec sh cdktf-nixos/launch.sh'], {
      cwd: stack,
      env: { PATH: `${found}:/usr/bin:/bin`, CDKTF_NIXOS_JOB: 'the job' },
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  }

  it('the launcher becomes the client', () => {
    expect(launch()).toEqual({ status: 0, stdout: `client the job ${stack}\n`, stderr: '' });
  });

  it('the launcher shows the job to no other program', () => {
    const spy = '#!/bin/sh\necho "$1: $CDKTF_NIXOS_JOB" >> "$0.seen"\necho v24.0.0\n';
    expect(launch(spy).status).toBe(0);
    const seen = readFileSync(path.join(stack, 'bin', 'node.seen'), 'utf8');
    expect(seen).toBe('--version: \ncdktf-nixos/client.cjs: the job\n');
  });

  it.each(['v20.18.3', 'v18.20.0', 'v9.11.2'])('the launcher refuses node %s', (version) => {
    expect(launch(`#!/bin/sh\necho ${version}\n`)).toEqual({
      status: 69,
      stdout: '',
      stderr: `cdktf-nixos: node is ${version}, older than 20.19\ncdktf-nixos: no host was contacted\ncdktf-nixos: install Node.js 20.19 or newer on the machine that applies\n`,
    });
  });

  it('the launcher reports that node does not run', () => {
    expect(launch('#!/bin/sh\nexit 127\n')).toMatchObject({
      status: 69,
      stderr: expect.stringContaining('node is not installed or not on PATH') as string,
    });
  });

  it('the launcher reports that the client was not copied', () => {
    rmSync(path.join(stack, 'cdktf-nixos', 'client.cjs'));
    expect(launch()).toMatchObject({
      status: 69,
      stderr: `cdktf-nixos: cdktf-nixos/client.cjs is missing\ncdktf-nixos: no host was contacted\ncdktf-nixos: ${COMPLETE_FOLDER}\n`,
    });
  });
});
