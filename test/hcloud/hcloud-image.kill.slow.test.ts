import { execa, execaSync } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HcloudDouble } from '../../lab/hcloud';
import { ImageProject } from './support/image-project';
import { left } from './support/leftovers';

/** Nothing answers at the addresses of servers: an upload waits for its rescue system until it is killed. */
describe('an upload that is killed', { timeout: 120_000 }, () => {
  let double: HcloudDouble;
  let project: ImageProject;

  beforeEach(async () => {
    double = await HcloudDouble.start({ actionMilliseconds: 20 });
    project = ImageProject.create(double);
  });
  afterEach(() => double.stop());

  /** Starts an apply, and returns it when it has made its server. */
  async function uploading() {
    project.synth('one');
    await project.init();
    const run = project.start('apply', '-auto-approve');
    const booted = () => double.requests.some(({ path }) => path.includes('poweron'));
    await expect.poll(booted, { timeout: 30_000 }).toBe(true);
    // Not the run itself: who awaited it would wait for its end.
    return { run };
  }

  const clientOf = (terraform: number | undefined) =>
    Number(execaSync('pgrep', ['-P', String(terraform), 'node']).stdout);

  it('kill -9 of terraform ends the client, which deletes its server and its key', async () => {
    const { run } = await uploading();
    run.kill('SIGKILL');
    await run;
    await expect.poll(() => left(double), { timeout: 30_000 }).toEqual([]);
  });

  it('a client that is told to end deletes its server and its key', async () => {
    const { run } = await uploading();
    process.kill(clientOf(run.pid), 'SIGTERM');
    expect((await run).all).toContain('failed: interrupted by SIGTERM');
    expect(left(double)).toEqual([]);
  });

  it('Terraform kills the client when it is interrupted, and destroy deletes what that leaves', async () => {
    const { run } = await uploading();
    run.kill('SIGINT');
    expect((await run).exitCode).not.toBe(0);
    expect(left(double)).toEqual(expect.arrayContaining(['servers', 'ssh_keys']));
    expect((await project.destroy()).exitCode).toBe(0);
    expect(left(double)).toEqual([]);
  });

  it('kill -9 of the client leaves a server and a key, which destroy deletes', async () => {
    const { run } = await uploading();
    process.kill(clientOf(run.pid), 'SIGKILL');
    expect((await run).exitCode).toBe(1);
    expect(left(double)).toEqual(expect.arrayContaining(['servers', 'ssh_keys']));
    const destroyed = await project.destroy();
    expect(destroyed.exitCode, destroyed.output).toBe(0);
    expect(left(double)).toEqual([]);
  });

  it('kill -9 of the client leaves what the next upload deletes before it begins', async () => {
    process.kill(clientOf((await uploading()).run.pid), 'SIGKILL');
    const [server] = double.left.filter(({ type }) => type === 'servers');
    const again = project.start('apply', '-auto-approve');
    await expect
      .poll(() => double.everMade.filter(({ type }) => type === 'servers').length, { timeout: 30_000 })
      .toBe(2);
    expect(double.left.map(({ id }) => id)).not.toContain(server?.id);
    again.kill('SIGINT');
    expect((await again).all).toContain(`resume: deleting server ${server?.id}`);
  });

  it('what an image that left the program left behind is listed and deleted by the sweep', async () => {
    process.kill(clientOf((await uploading()).run.pid), 'SIGKILL');
    await expect.poll(() => project.apply(undefined).then(({ exitCode }) => exitCode)).toBe(0);
    expect(left(double)).toEqual(expect.arrayContaining(['servers', 'ssh_keys']));
    expect(await sweep()).toBe('nothing is left\n');
    expect(await sweep('--older-than', '0')).toMatch(/^left: server \d+ .*\nleft: ssh key \d+ .*\nnothing was deleted/);
    expect(await sweep('--older-than', '0', '--delete')).toMatch(/^deleted: server \d+ .*\ndeleted: ssh key \d+ .*\n$/);
    expect(left(double)).toEqual([]);
  });

  async function sweep(...args: string[]): Promise<string> {
    const { stdout } = await execa('node', ['dist/hcloud-sweep.cjs', ...args], {
      env: double.environment,
      stripFinalNewline: false,
    });
    return stdout;
  }
});
