import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMPLETE_FOLDER } from '../../lib/client/report/deploy-error';

const SCRIPT = path.join(__dirname, '..', '..', 'lib', 'client', 'launch.sh');
/** Prints the job that it was given, and what of it is in its environment. */
const CLIENT = `const job = require('node:fs').readFileSync(Number(process.argv[2]), 'utf8');
console.log('client', job, process.env.CDKTF_NIXOS_JOB, process.cwd());`;

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
  function launch(node?: string, { shell = 'sh', job = 'the job', environment = {} } = {}) {
    if (node !== undefined) writeFileSync(path.join(stack, 'bin', 'node'), node, { mode: 0o755 });
    const found = node === undefined ? path.dirname(process.execPath) : path.join(stack, 'bin');
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', `exec ${shell} cdktf-nixos/launch.sh`], {
      cwd: stack,
      env: { PATH: `${found}:/usr/bin:/bin`, TMPDIR: stack, ...environment, CDKTF_NIXOS_JOB: job },
      timeout: 20_000,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  }

  it.each(['sh', 'bash'])('the launcher becomes the client, which gets the job by a pipe, in %s', (shell) => {
    expect(launch(undefined, { shell })).toEqual({
      status: 0,
      stdout: `client the job undefined ${stack}\n`,
      stderr: '',
    });
    expect(readdirSync(stack).sort()).toEqual(['bin', 'cdktf-nixos']);
  });

  it.each(['sh', 'bash'])('the launcher hands on a job that is larger than a pipe, in %s', (shell) => {
    const job = `${'grüße '.repeat(14_000)}\\n\\c%s\n\n`;
    expect(launch(undefined, { shell, job }).stdout).toBe(`client ${job} undefined ${stack}\n`);
  });

  it('no process of the launcher outlives a client that dies before it has read the job', async () => {
    const job = 'x'.repeat(120_000);
    writeFileSync(path.join(stack, 'cdktf-nixos', 'client.cjs'), 'process.kill(process.pid, "SIGKILL")');
    expect(launch(undefined, { job }).status).toBeNull();
    await expect.poll(() => processesIn(stack)).toEqual([]);
    expect(readdirSync(stack).sort()).toEqual(['bin', 'cdktf-nixos']);
  });

  it('the launcher takes another directory where TMPDIR cannot be used', () => {
    expect(launch(undefined, { environment: { TMPDIR: '/nonexistent' } })).toMatchObject({ status: 0, stderr: '' });
  });

  it.each(['mktemp', 'mkfifo'])('the launcher reports that %s does not work', (program) => {
    writeFileSync(path.join(stack, 'bin', program), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    expect(launch('#!/bin/sh\necho v24.0.0\n')).toMatchObject({
      status: 69,
      stderr: expect.stringContaining('cannot make a private directory with a pipe') as string,
    });
  });

  it('the launcher shows the job to no other program by an exported variable of its own', () => {
    const spy = '#!/bin/sh\nenv >> "$0.seen"\necho v24.0.0\n';
    expect(launch(spy, { environment: { our_job: 'exported', job: 'exported' } }).status).toBe(0);
    expect(readFileSync(path.join(stack, 'bin', 'node.seen'), 'utf8')).not.toContain('the job');
  });

  it('the launcher leaves the variables of the user as they are, whatever their names', () => {
    const names = ['job', 'client', 'version', 'major', 'minor', 'directory', 'parent'];
    const print = `console.log(JSON.stringify(${JSON.stringify(names)}.map((name) => process.env[name])))`;
    writeFileSync(path.join(stack, 'cdktf-nixos', 'client.cjs'), print);
    const environment = Object.fromEntries(names.map((name) => [name, `the user's ${name}`]));
    expect(JSON.parse(launch(undefined, { environment }).stdout)).toEqual(Object.values(environment));
  });

  it('the launcher shows the job to no other program', () => {
    const spy = '#!/bin/sh\necho "$*: ${CDKTF_NIXOS_JOB-}" >> "$0.seen"\necho v24.0.0\n';
    expect(launch(spy).status).toBe(0);
    const seen = readFileSync(path.join(stack, 'bin', 'node.seen'), 'utf8');
    expect(seen).toBe('--version: \ncdktf-nixos/client.cjs 3: \n');
  });

  it.each(['sh', 'bash'])('the launcher does not print the job where the user has %s print each command', (shell) => {
    const { status, stderr } = launch(undefined, {
      shell,
      job: 'hunter22',
      environment: { SHELLOPTS: 'xtrace:verbose' },
    });
    expect(status).toBe(0);
    expect(stderr).not.toContain('hunter22');
  });

  it('no process of the launcher leaves a core', () => {
    const print = "console.log(require('node:child_process').execSync('ulimit -Sc; ulimit -Hc').toString())";
    writeFileSync(path.join(stack, 'cdktf-nixos', 'client.cjs'), print);
    expect(launch().stdout.trim()).toBe('0\n0');
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

/** Ids of the processes whose working directory this is. */
function processesIn(directory: string): string[] {
  return readdirSync('/proc').filter((id) => {
    try {
      return /^\d+$/.test(id) && readlinkSync(`/proc/${id}/cwd`) === directory;
    } catch {
      return false;
    }
  });
}
