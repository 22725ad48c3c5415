import { beforeAll, describe, expect, it } from 'vitest';
import { ordinary } from '../../../faults/support/systems';
import type { LabHost } from '../../../../lab';
import { describeWithLab } from '../../../support/describe-with-lab';
import { systemsOn, useDeployments, whenIdle } from '../../support/deployments';
import { jobFor } from '../../../../lab/deployer/host-job';

const ONE = [ordinary('1')];
const TWO = [ordinary('2')];
const LOCKED_OUT = [ordinary('3'), { users: { users: { root: { openssh: { authorizedKeys: { keys: [] } } } } } }];
const SLOW = [ordinary('4'), { faults: { activationSeconds: 3 } }];

describeWithLab('a deployment to a real host', () => {
  const deployments = useDeployments([ONE, TWO, LOCKED_OUT, SLOW]);
  let one: string;
  let two: string;

  beforeAll(() => {
    one = deployments.toplevel(ONE);
    two = deployments.toplevel(TWO);
  });

  describe.each(['plain', 'systemd', 'nixos'] as const)('of shape %s', (shape) => {
    let host: LabHost;

    beforeAll(async () => {
      host = await deployments.host({ shape }, ONE);
    });

    it('the first deployment adopts the system that is there, with one login', async () => {
      expect(await deployments.counted(host, jobFor(host, one))).toMatchObject({
        status: 0,
        output: expect.stringMatching(/^web: adopt: /m) as string,
        logins: 1,
      });
    });

    it('a deployment brings a second version, with two logins', async () => {
      const { output, ...rest } = await deployments.counted(host, jobFor(host, two));
      expect(output).toMatch(/^web: copy: \d+ paths of \d+, \S+ \S+, zstd stream$/m);
      expect(output).toMatch(/^web: done: generation 1 -> 2, \/nix\/store\/\S+, \d+ s$/m);
      expect(rest).toEqual({ status: 0, signal: null, logins: 2 });
      expect(await systemsOn(host)).toEqual(Array(4).fill(two));
    });

    it('a second deployment of the same system does nothing, with one login', async () => {
      await whenIdle(host);
      const before = await host.treeHash();
      const { output, ...rest } = await deployments.counted(host, jobFor(host, two));
      expect(output).toMatch(/^web: done: nothing to do; generation 2 is /m);
      expect(rest).toEqual({ status: 0, signal: null, logins: 1 });
      expect(await host.treeHash()).toBe(before);
    });
  });

  it('a deployment delivers values, and only the change in them', async () => {
    const host = await deployments.host({ shape: 'nixos' }, TWO);
    const job = (url: string) => {
      const values = { db: { value: { url, ports: [1, 2] }, restartUnits: ['app.service'] } };
      return { ...jobFor(host, two), values };
    };
    const current = () => host.read('cat /var/lib/cdktf-nixos/values/current/db.json');
    expect(await deployments.client.run(job('postgres://a'))).toMatchObject({ status: 0 });
    expect(JSON.parse(await current())).toEqual({ url: 'postgres://a', ports: [1, 2] });
    expect(await deployments.client.run(job('postgres://a'))).toMatchObject({
      output: expect.stringContaining('nothing to do') as string,
    });
    expect(await deployments.client.run(job('postgres://b'))).toMatchObject({ status: 0 });
    expect(JSON.parse(await current())).toEqual({ url: 'postgres://b', ports: [1, 2] });
    expect(await deployments.client.run(jobFor(host, two))).toMatchObject({ status: 0 });
    expect((await host.exec('cat /var/lib/cdktf-nixos/values/current/db.json')).exitCode).not.toBe(0);
  });

  it('a deployment rolls back when the new system locks the login out', async () => {
    const host = await deployments.host({ shape: 'systemd' }, ONE);
    const before = one;
    const { status, output } = await deployments.client.run({
      ...jobFor(host, deployments.toplevel(LOCKED_OUT)),
      confirmTimeoutSeconds: 4,
    });
    expect(output).toMatch(
      /^web: failed: the new system was not kept: no new login confirmed the system within 4 s; the last login failed: .*Permission denied/m,
    );
    expect(output).toContain(`web: host: runs and boots ${before}; it rolled back by itself\n`);
    expect(status).toBe(2);
    expect(await systemsOn(host)).toEqual(Array(4).fill(before));
  });

  it('a deployment carries on when its connection is dropped silently during the switch', async () => {
    const host = await deployments.host({ shape: 'systemd' }, ONE);
    const slow = deployments.toplevel(SLOW);
    const run = deployments.client.start({ ...jobFor(host, slow), confirmTimeoutSeconds: 60 });
    await run.saw(/^web: activate:/m);
    for (const port of await host.network.connections()) await host.network.dropConnection(port);
    const { status, output } = await run.result;
    expect(output).toMatch(/^web: reconnect: .*; the host carries on alone$/m);
    expect(output).toMatch(/^web: done: generation 1 -> 2, /m);
    expect(status).toBe(0);
    expect(await systemsOn(host)).toEqual(Array(4).fill(slow));
  });

  it.each([
    { login: 'root', shell: 'fish' },
    { login: 'sudo', shell: 'fish' },
  ] as const)('a deployment works for login $login with shell $shell, with two logins', async ({ login, shell }) => {
    const host = await deployments.host({ shape: 'nixos', login, shell }, ONE);
    expect(await deployments.counted(host, jobFor(host, two))).toMatchObject({ status: 0, logins: 2 });
    expect(await systemsOn(host)).toEqual(Array(4).fill(two));
  });

  it('a deployment with goal boot sets the boot default alone', async () => {
    const host = await deployments.host({ shape: 'systemd' }, ONE);
    const job = { ...jobFor(host, two), goal: 'boot' as const };
    expect(await deployments.counted(host, job)).toMatchObject({ status: 0, logins: 1 });
    expect([await host.running(), await host.profile(), await host.bootDefault()]).toEqual([one, two, two]);
    expect(await deployments.counted(host, job)).toMatchObject({
      status: 0,
      logins: 1,
      output: expect.stringContaining('nothing to do') as string,
    });
  });

  it('a deployment copies by the protocol of nix-copy-closure when it is asked to', async () => {
    const host = await deployments.host({ shape: 'nixos', login: 'sudo' }, ONE);
    const logins = await host.logins();
    const { status, output } = await deployments.client.run(jobFor(host, two), {
      CDKTF_NIXOS_COPY: 'nix-copy-closure',
    });
    expect(output).toMatch(/^web: copy: \d+ paths of \d+, \S+ \S+, nix-copy-closure$/m);
    expect(status).toBe(0);
    expect((await host.logins()) - logins).toBe(2);
    expect(await systemsOn(host)).toEqual(Array(4).fill(two));
  });
});
