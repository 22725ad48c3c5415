import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Lab, type LabHost } from '../../../lab';
import { describeWithLab } from '../../support/describe-with-lab';
import { ssh, sshArguments } from '../../../lab/ssh';
import { reachable } from '../../../lab/wait';

describeWithLab('the network of a host', () => {
  let lab: Lab;
  let host: LabHost;
  beforeAll(async () => {
    lab = await Lab.create();
    host = await lab.host({ shape: 'plain' });
  });
  afterAll(() => lab.destroy());
  beforeEach(() => host.network.unblock());

  it('a host is unreachable while its link is down', async () => {
    await host.linkDown();
    expect(await reachable(host.address, 22)).toBe(false);
    await host.linkUp();
    expect(await ssh(host, 'true')).toMatchObject({ exitCode: 0 });
  });

  it('a network drops one connection and leaves the others', async () => {
    const talking = session(host);
    await talking.says('first');
    const [port] = await host.network.connections();
    await host.network.dropConnection(port!);
    await expect(talking.says('second')).rejects.toThrow('no answer');
    expect((await ssh(host, 'echo third')).stdout).toBe('third\n');
    talking.process.kill('SIGKILL');
  });

  it('a network drops new connections only, or all', async () => {
    const talking = session(host);
    await talking.says('first');
    await host.network.blockSsh('new');
    await talking.says('second');
    expect((await ssh(host, 'true', { settings: ['ConnectTimeout=1'] })).stderr).toContain('timed out');
    await host.network.blockSsh('all');
    await expect(talking.says('third')).rejects.toThrow('no answer');
    await host.network.unblock();
    expect(await ssh(host, 'true')).toMatchObject({ exitCode: 0 });
    talking.process.kill('SIGKILL');
  });

  it('a network resets connections after some bytes', async () => {
    await host.network.resetAfter(20_000);
    expect(await ssh(host, 'true')).toMatchObject({ exitCode: 0 });
    expect((await upload(host, 100_000)).stderr).toMatch(/reset|Broken pipe|closed/);
  });

  it('a network limits its rate', async () => {
    expect(await seconds(() => upload(host, 100_000))).toBeLessThan(0.9);
    await host.network.limit(800);
    expect(await seconds(() => upload(host, 100_000))).toBeGreaterThan(0.9);
    await host.network.limit(0);
  });
});

function upload(host: LabHost, bytes: number) {
  return ssh(host, 'cat >/dev/null', { input: randomBytes(bytes) });
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** An ssh session that echoes what it is told. */
function session(host: LabHost): { process: ChildProcess; says(text: string): Promise<void> } {
  const process = spawn('ssh', sshArguments(host, 'cat'), { stdio: ['pipe', 'pipe', 'ignore'] });
  return {
    process,
    async says(text) {
      process.stdin!.write(`${text}\n`);
      const timeout = AbortSignal.timeout(1500);
      const [answer] = await once(process.stdout!, 'data', { signal: timeout }).catch(() => {
        throw new Error('no answer');
      });
      expect(String(answer)).toBe(`${text}\n`);
    },
  };
}
