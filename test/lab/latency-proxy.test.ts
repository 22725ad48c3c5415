import { afterAll, beforeAll, expect, it } from 'vitest';
import { Lab, LatencyProxy, type LabHost } from '../../lab';
import { describeWithLab } from '../support/describe-with-lab';
import { ssh } from '../../lab/ssh';

describeWithLab('a latency proxy', () => {
  let lab: Lab;
  let host: LabHost;
  beforeAll(async () => {
    lab = await Lab.create();
    host = await lab.host({ shape: 'plain' });
  });
  afterAll(() => lab.destroy());

  it('a proxy makes a host as far away as it is told', async () => {
    const proxy = await LatencyProxy.start(host, 100);
    const settings = [`Port=${proxy.port}`, `HostName=${proxy.address}`, `HostKeyAlias=${host.address}`];
    const start = performance.now();
    const result = await ssh(host, 'cat', { settings, input: Buffer.from('across') });
    const seconds = (performance.now() - start) / 1000;
    await proxy.close();
    expect(result).toMatchObject({ exitCode: 0, stdout: 'across' });
    // A login and a command are more than five round trips.
    expect(seconds).toBeGreaterThan(5 * 0.2);
  });

  it('a proxy can fall silent', async () => {
    const proxy = await LatencyProxy.start(host, 0);
    const settings = [`Port=${proxy.port}`, `HostName=${proxy.address}`, `HostKeyAlias=${host.address}`];
    const silent = ssh(host, 'echo first; sleep 1; echo second', {
      settings: [...settings, 'ServerAliveInterval=1', 'ServerAliveCountMax=2'],
    });
    await expect.poll(() => host.processes('^sleep 1$'), { timeout: 5000 }).toHaveLength(1);
    proxy.freeze();
    const result = await silent;
    await proxy.close();
    expect(result).toMatchObject({ exitCode: 255, stderr: expect.stringContaining('not responding') });
    expect(result.stdout).not.toContain('second');
  });
});
