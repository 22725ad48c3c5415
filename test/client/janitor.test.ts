import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const JANITOR = path.join(__dirname, '..', '..', 'lib', 'client', 'janitor.sh');

/** A process that outlives its parent unless somebody ends it; it has printed its line when this returns. */
async function bystander(script: string): Promise<ChildProcess> {
  const child = spawn('sh', ['-c', `${script}; echo ready; while :; do sleep 0.1; done`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout!, 'data');
  return child;
}

describe('the janitor', () => {
  let parent: string;
  let janitor: ChildProcess;
  let directory: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    parent = mkdtempSync(path.join(tmpdir(), 'janitor-'));
    janitor = spawn('sh', [JANITOR, parent], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
    const [line] = (await once(createInterface({ input: janitor.stdout! }), 'line')) as [string];
    directory = line;
  });

  afterEach(() => {
    janitor.kill('SIGKILL');
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(parent, { recursive: true, force: true });
  });

  it('the janitor makes a directory that nobody else can enter', () => {
    expect(path.dirname(directory)).toBe(parent);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });

  it('the janitor removes the directory with all that is in it when its input ends', async () => {
    writeFileSync(path.join(directory, 'ssh_config'), 'Host target\n');
    janitor.stdin!.end();
    await once(janitor, 'exit');
    expect(existsSync(directory)).toBe(false);
  });

  it('the janitor ends the processes that it was told of, also those that ignore SIGTERM, and no others', async () => {
    const [told, stubborn, ended, untold] = await Promise.all([
      bystander(':'),
      bystander("trap '' TERM"),
      bystander(':'),
      bystander(':'),
    ]);
    children.push(told, stubborn, ended, untold);
    const lines = [`started ${told.pid}`, `started ${ended.pid}`, `started ${stubborn.pid}`, `ended ${ended.pid}`];
    janitor.stdin!.end(`${lines.join('\n')}\nstarted -1\nstarted 0\nstarted -0\nstarted -\nstarted x\nnonsense\n`);
    await once(janitor, 'exit');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([told.signalCode, stubborn.signalCode, ended.signalCode, untold.signalCode]).toEqual([
      'SIGTERM',
      'SIGKILL',
      null,
      null,
    ]);
  });

  it('the janitor ends all processes of a group that it was told of', async () => {
    const script = 'sleep 600 & echo "$!"; wait';
    const leader = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
    children.push(leader);
    const [line] = (await once(leader.stdout!, 'data')) as [Buffer];
    const state = () => spawnSync('ps', ['-o', 'stat=', '-p', line.toString().trim()], { encoding: 'utf8' }).stdout;
    expect(state()).toMatch(/^S/);
    janitor.stdin!.end(`started -${leader.pid}\n`);
    await once(janitor, 'exit');
    await expect.poll(state).toMatch(/^(Z|$)/);
    expect(leader.signalCode).toBe('SIGTERM');
  });

  it('the janitor works in spite of the signals that end a client', async () => {
    for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) janitor.kill(signal);
    janitor.stdin!.end();
    await once(janitor, 'exit');
    expect(existsSync(directory)).toBe(false);
  });
});
