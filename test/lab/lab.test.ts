import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { Lab } from '../../lab';
import { describeWithLab } from '../support/describe-with-lab';
import { traces } from '../../lab/keeper/traces';
import { until } from '../../lab/wait';

interface StrangersLab {
  readonly lab: string;
  readonly keeper: number;
  readonly link: string;
  readonly process: number;
}

/** A lab of another process, which a test may kill. */
async function strangersLab(): Promise<StrangersLab> {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(__dirname, 'support', 'process-with-lab.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const failed = once(child, 'exit').then(() => Promise.reject(new Error('the process ended before it had a lab')));
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), failed]);
  failed.catch(() => undefined);
  return { ...JSON.parse(line), process: child.pid! };
}

describeWithLab('a lab', () => {
  it('a lab leaves nothing behind after destroy', async () => {
    const lab = await Lab.create();
    const hosts = await Promise.all([
      lab.host({ shape: 'systemd' }),
      lab.host({ shape: 'plain', disk: 'ext4', storeMib: 64 }),
    ]);
    const links = hosts.map((host) => host.network.link);
    expect(traces(lab.directory, links)).not.toEqual([]);
    await lab.destroy();
    expect(traces(lab.directory, links)).toEqual([]);
  });

  it('a lab leaves nothing behind when its process is killed', async () => {
    const { lab, link, process: stranger } = await strangersLab();
    expect(traces(lab, [link]).length).toBeGreaterThan(3);
    process.kill(stranger, 'SIGKILL');
    await until('the killed process left nothing', 10, () => traces(lab, [link]).length === 0);
  });

  it('a lab ends its hosts with its keeper, and a later lab removes what is left', async () => {
    const { lab, link, keeper, process: stranger } = await strangersLab();
    process.kill(keeper, 'SIGKILL');
    await until('the hosts are gone', 10, () => !existsSync(`/sys/class/net/${link}`));
    expect(traces(lab, [link])).toContain(lab);
    const later = await Lab.create();
    expect(traces(lab, [link])).toEqual([String(stranger)].filter((pid) => traces(lab, []).includes(pid)));
    await later.destroy();
    process.kill(stranger, 'SIGKILL');
  });

  it('a lab does not touch another one that is in use', async () => {
    const { lab, process: stranger } = await strangersLab();
    const later = await Lab.create();
    await later.destroy();
    expect(existsSync(path.join(lab, 'login'))).toBe(true);
    process.kill(stranger, 'SIGKILL');
    await until('the killed process left nothing', 10, () => !existsSync(lab));
  });

  it('a lab has many hosts at once, each with an address of its own, also beside other labs', async () => {
    const labs = await Promise.all([Lab.create(), Lab.create()]);
    const hosts = await Promise.all(
      labs.flatMap((lab) => ['plain', 'systemd', 'nixos'].map((shape) => lab.host({ shape: shape as 'plain' }))),
    );
    expect(new Set(hosts.map((host) => host.address)).size).toBe(6);
    expect(new Set(hosts.map((host) => host.hostKey)).size).toBe(6);
    expect(await Promise.all(hosts.map((host) => host.read('cat /etc/hostname')))).toEqual([
      'host1',
      'host2',
      'host3',
      'host1',
      'host2',
      'host3',
    ]);
    await Promise.all(labs.map((lab) => lab.destroy()));
  });

  it('a lab refuses a host name that is not valid', async () => {
    const lab = await Lab.create();
    await expect(lab.host({ shape: 'plain', name: '../x' })).rejects.toThrow('host name: got "../x"');
    await lab.destroy();
  });
});
