import { afterAll, beforeAll, expect, it } from 'vitest';
import { Lab, type LabHost } from '../../lab';
import { installBaseSystems } from '../../lab/systems/base-system';
import { describeWithLab } from '../support/describe-with-lab';
import { Fleet } from './support/fleet';

const LATER = Array.from({ length: 10 }, (_, index) => `web${index + 1}`);

describeWithLab('a canary with ten later hosts', () => {
  let lab: Lab;
  let canary: LabHost;
  let later: LabHost[];
  let fleet: Fleet;

  beforeAll(async () => {
    lab = await Lab.create();
    const hosts = await Promise.all(['canary', ...LATER].map((name) => lab.host({ name, shape: 'plain' })));
    [canary, ...later] = hosts;
    await installBaseSystems(hosts);
    fleet = await Fleet.forHosts(hosts, (name) => (name === 'canary' ? {} : { after: 'canary' }));
    expect((await fleet.deployer.deploy(['web'])).exitCode).toBe(0);
  }, 240_000);

  afterAll(async () => {
    await fleet?.deployer.end();
    await lab?.destroy();
  });

  const journals = () => Promise.all(later.map((host) => host.read('stat -c %y /var/lib/cdktf-nixos/journal')));
  const logins = () => Promise.all(later.map((host) => host.logins()));
  const running = () => Promise.all(later.map((host) => host.running()));

  it('a canary that fails keeps its old system, and nobody logs in to the ten hosts after it', async () => {
    const before = { journals: await journals(), logins: await logins(), running: await running() };
    const canaryRan = await canary.running();
    for (const name of LATER) await fleet.setGreeting(name, 'version 2');
    await fleet.setGreeting('canary', 'version 2', BROKEN);
    const deploy = await fleet.deployer.deploy(['web']);
    expect(deploy.output).toMatch(
      /canary-host: failed: the new system was not kept: the activation failed with status \d+/,
    );
    expect(deploy.exitCode).not.toBe(0);
    expect(await canary.running()).toBe(canaryRan);
    expect({ journals: await journals(), logins: await logins(), running: await running() }).toEqual(before);
  }, 120_000);

  it('an apply after a revert logs in to each of the ten hosts once and switches none', async () => {
    const before = { journals: await journals(), logins: await logins(), running: await running() };
    await fleet.deployer.git('checkout', '--quiet', 'HEAD', '--', '.');
    const deploy = await fleet.deployer.deploy(['web']);
    expect(deploy.exitCode).toBe(0);
    expect(await journals()).toEqual(before.journals);
    expect(await running()).toEqual(before.running);
    expect(await logins()).toEqual(before.logins.map((count) => count + 1));
    expect((await fleet.deployer.plan('web')).exitCode).toBe(0);
  }, 120_000);
});

/** Its activation says that it failed. */
const BROKEN = 'faults.activation = "fail";';
