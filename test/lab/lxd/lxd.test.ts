import { expect, it } from 'vitest';
import { Lab } from '../../../lab';
import { traces } from '../../../lab/keeper/traces';
import { buildSystem } from '../../../lab/systems/systems';
import { until } from '../../../lab/wait';
import { describeWithLxd } from '../../support/describe-with-lxd';

describeWithLxd('an LXD of a lab', () => {
  async function withContainer(): Promise<Lab> {
    const lab = await Lab.create();
    const lxd = await lab.lxd();
    await lxd.importImage('nixos', await buildSystem());
    await lxd.lxc('launch', '--quiet', 'nixos', 'web');
    await until('the container has booted', 10, () => lxd.read('web', 'pidof sshd || true'));
    return lab;
  }

  it('an LXD and its containers leave nothing behind when their lab ends, also beside another with the same names', async () => {
    const [one, other] = await Promise.all([withContainer(), withContainer()]);
    expect(traces(one.directory, []).length).toBeGreaterThan(3);
    await one.destroy();
    expect(traces(one.directory, [])).toEqual([]);
    await other.destroy();
    expect(traces(other.directory, [])).toEqual([]);
  });

  it('an LXD and its containers end with the keeper of their lab, and a later lab removes what is left', async () => {
    const lab = await withContainer();
    process.kill(lab.keeperPid, 'SIGKILL');
    await until('only files and cgroups are left', 10, () =>
      traces(lab.directory, []).every((trace) => trace.startsWith('/')),
    );
    const later = await Lab.create();
    expect(traces(lab.directory, [])).toEqual([]);
    await later.destroy();
  });
});
