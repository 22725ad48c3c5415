import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { stageClientFiles } from '../../../lib/terraform/client-files';
import { bundleJobKind } from '../../../scripts/build/client.mjs';
import { Project } from '../../support/project';
import { processesWith } from '../../../lab/deployer/client';
import type { GreetingJob } from '../support/greeting-kind';

const SOURCE = path.join(__dirname, '..', 'support', 'greeting-kind.ts');

describe('a kind of job with a bundle of its own', () => {
  let directory: string;
  let project: Project;

  beforeAll(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'kinds-'));
    const file = path.join(directory, 'greeting.cjs');
    await bundleJobKind(SOURCE, file);
    project = new Project();
    const greeting = project.stack('greeting');
    stageClientFiles(greeting);
    stageClientFiles(greeting, [{ kind: 'greeting', file }]);
    stageClientFiles(project.stack('plain'));
  });

  afterAll(() => {
    project?.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  /** As Terraform starts the client. */
  function command(stack: string, change: object, environment: { readonly [name: string]: string } = {}) {
    const job = { format: 1, kind: 'greeting', path: 'greeting/hall/door', name: 'world wide' };
    const env = {
      ...process.env,
      ...environment,
      TMPDIR: directory,
      CDKTF_NIXOS_JOB: JSON.stringify({ ...job, ...change }),
    };
    return { cwd: project.stackDirectory(stack), env };
  }

  function run(stack: string, change: Partial<GreetingJob> | object = {}, environment = {}) {
    const options = { ...command(stack, change, environment), encoding: 'utf8', timeout: 20_000 } as const;
    const { status, stdout, stderr } = spawnSync('sh', ['cdktf-nixos/launch.sh'], options);
    return { status, output: stdout + stderr };
  }

  it('the launcher runs the kind of job in the stack that uses it', () => {
    expect(run('greeting')).toEqual({ status: 0, output: 'hall/door: greet: hello\nhall/door: log: hello <value>\n' });
  });

  it('a synth stages the bundle of a kind in no other stack', () => {
    const staged = (stack: string) => readdirSync(path.join(project.stackDirectory(stack), 'cdktf-nixos')).sort();
    expect(staged('plain')).toEqual(['client.cjs', 'janitor.sh', 'launch.sh', 'supervisor.sh']);
    expect(staged('greeting')).toEqual(['client.cjs', 'janitor.sh', 'job-greeting.cjs', 'launch.sh', 'supervisor.sh']);
  });

  it('a kind in a bundle of its own fails in the three parts, with the status that it chose', () => {
    const { status, output } = run('greeting', { name: 'nobody' });
    expect(output).toContain(
      'hall/door: failed: there is <value> to greet\nhall/door: host: was not contacted\nhall/door: to do: come back later\n',
    );
    expect(status).toBe(75);
  });

  it('a kind in a bundle of its own refuses a bad job with status 64', () => {
    const { status, output } = run('greeting', { name: 7 });
    expect(output).toContain('failed: [greeting/hall/door] name: got 7, expected a name\n');
    expect(status).toBe(64);
  });

  it('the client refuses a kind that is not staged with status 64, and the message names the fix', () => {
    const { status, output } = run('plain');
    const file = path.join(project.stackDirectory('plain'), 'cdktf-nixos', 'job-greeting.cjs');
    expect(output).toContain(
      `cdktf-nixos: failed: [greeting/hall/door] kind: got "greeting", expected "deployment" or "build", or a kind with a program of its own\ncdktf-nixos: host: was not contacted\ncdktf-nixos: to do: ${file} is missing: run cdktf synth again, or copy the whole output folder to the machine that applies\n`,
    );
    expect(status).toBe(64);
  });

  it.each(['../client', 'client', 'Greeting', '', 7])('the client looks for no bundle of the kind %j', (kind) => {
    const { status, output } = run('greeting', { kind });
    expect(output).toContain(`kind: got ${JSON.stringify(kind)}, expected "deployment" or "build"`);
    expect(status).toBe(64);
  });

  it('a process that a kind started ends when the client is killed', async () => {
    const child = spawn('sh', ['cdktf-nixos/launch.sh'], {
      ...command('greeting', { name: 'everybody' }),
      stdio: 'ignore',
    });
    const folder = path.join(project.stackDirectory('greeting'), 'cdktf-nixos');
    const started = path.join(folder, 'started');
    await expect.poll(() => existsSync(started)).toBe(true);
    rmSync(started);
    const left = () => processesWith(folder).filter((line) => line.includes('sleep 0.1'));
    expect(left()).toHaveLength(1);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await expect.poll(left).toEqual([]);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'the client ends with its own status when %s comes while a program runs',
    async (signal) => {
      const child = spawn('sh', ['cdktf-nixos/launch.sh'], command('greeting', { name: 'everybody' }));
      const output = text(child.stdout);
      const started = path.join(project.stackDirectory('greeting'), 'cdktf-nixos', 'started');
      await expect.poll(() => existsSync(started)).toBe(true);
      rmSync(started);
      child.kill(signal);
      expect(await once(child, 'exit')).toEqual([1, null]);
      expect(await output).toBe(
        `hall/door: greet: hello\nhall/door: log: hello <value>\nhall/door: failed: interrupted by ${signal}\nhall/door: host: was not changed\nhall/door: to do: run the deployment again: it first reads what the host runs\n`,
      );
    },
  );

  it.each([
    ['error', false, 1, 'was not contacted', {}],
    ['rejection', false, 1, 'was not contacted', {}],
    ['error', true, 3, 'carries on alone: ', {}],
    ['rejection', true, 3, 'carries on alone: ', {}],
    ['rejection', true, 3, 'carries on alone: ', { NODE_OPTIONS: '--unhandled-rejections=none' }],
  ])(
    'the client reports an %s that nobody handles (sent: %j) with status %i',
    async (stray, sent, expected, host, environment) => {
      const { status, output } = run('greeting', { stray, sent }, environment);
      expect(output).toContain(
        `hall/door: failed: no door for\nhall/door: failed: <value>\nhall/door: host: ${sent ? host : `${host}\n`}`,
      );
      expect(output).toMatch(/^hall\/door: to do: report this as a bug, with these lines\n(?![^])/m);
      expect(output.split('\n').filter((line) => line !== '' && !line.startsWith('hall/door: '))).toEqual([]);
      expect(output).not.toContain('world wide');
      expect(status).toBe(expected);
      rmSync(path.join(project.stackDirectory('greeting'), 'cdktf-nixos', 'started'), { force: true });
      await expect.poll(() => readdirSync(directory)).toEqual(['greeting.cjs']);
      expect(processesWith(path.join(project.stackDirectory('greeting'), 'cdktf-nixos'))).toEqual([]);
    },
  );

  it('the build refuses a bundle with a copy of a file of the client', async () => {
    const source = path.join(directory, 'copy.ts');
    const imported = path.join(__dirname, '..', '..', '..', 'lib', 'client', 'report', 'deploy-error');
    writeFileSync(source, `export { DeployError as jobKind } from ${JSON.stringify(imported)};\n`);
    await expect(bundleJobKind(source, path.join(directory, 'copy.cjs'))).rejects.toThrow(
      /has a copy of lib\/client\/report\/[a-z-]+\.ts: import it from lib\/client\/kit/,
    );
  });

  describe('a bundle that cannot be used', () => {
    const METHODS = 'check() {}, displayName: () => "x", sensitive() {}, outputs: () => [], async run() {}';
    let staged: string;
    beforeAll(() => (staged = path.join(project.stackDirectory('plain'), 'cdktf-nixos', 'job-greeting.cjs')));
    afterEach(() => rmSync(staged));

    it.each([
      ['is empty', '', 'does not export the kind of job "greeting" as jobKind'],
      ['exports nothing at all', 'module.exports = null;', 'does not export the kind of job "greeting" as jobKind'],
      ['exports another kind', 'exports.jobKind = { kind: "another" };', 'does not export the kind of job "greeting"'],
      [
        'exports a part of a kind',
        `exports.jobKind = { kind: "greeting", ${METHODS}, check: undefined, run: 1 };`,
        'exports a kind of job without check, run\n',
      ],
      ['is cut off', 'exports.jobKind = {', 'cannot be loaded: Unexpected '],
      ['throws', 'throw new Error("no wings");', 'cannot be loaded: no wings\n'],
      ['throws what is not an error', 'throw "no wings";', 'cannot be loaded: no wings\n'],
      [
        'needs a file that is missing',
        'require("./wings.cjs");',
        "cannot be loaded: Cannot find module './wings.cjs'\n",
      ],
    ])('the client names the output folder when a bundle %s', (_title, content, problem) => {
      writeFileSync(staged, content);
      const { status, output } = run('plain');
      expect(output).toContain(`cdktf-nixos: failed: ${staged} ${problem}`);
      expect(output.slice(output.indexOf('cdktf-nixos: host:'))).toBe(
        'cdktf-nixos: host: was not contacted\ncdktf-nixos: to do: run cdktf synth again, or copy the whole output folder to the machine that applies\n',
      );
      expect(status).toBe(69);
    });

    it('a bundle with all parts of a kind is run', () => {
      writeFileSync(staged, `exports.jobKind = { kind: "greeting", ${METHODS} };`);
      expect(run('plain')).toEqual({ status: 0, output: '' });
    });
  });
});
