import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Lab, type LabHost } from '../../lab';
import { installBaseSystems } from '../../lab/systems/base-system';
import { describeWithPrivateStore } from './support/describe-with-private-store';
import { Fleet } from './support/fleet';
import { plannedResources } from '../../lab/deployer/planned-resources';
import { stackText, synthesizedToplevel } from './support/synthesized';

describeWithPrivateStore('the real chain: cdktf, terraform, the null provider, nix and ssh', () => {
  let lab: Lab;
  let hosts: LabHost[];
  let fleet: Fleet;

  beforeAll(async () => {
    lab = await Lab.create();
    hosts = await Promise.all([
      lab.host({ name: 'web1', shape: 'plain' }),
      lab.host({ name: 'web2', shape: 'systemd' }),
      lab.host({ name: 'web3', shape: 'nixos', login: 'sudo' }),
    ]);
    await installBaseSystems(hosts);
    fleet = await Fleet.forHosts(hosts, (name) => ({ importFromDerivation: name === 'web2' }), { privateStore: true });
    await fleet.setGreeting('web2', 'version 1', IMPORT);
    await fleet.deployer.commit('web2 imports from a derivation');
  }, 120_000);

  afterAll(async () => {
    await fleet?.deployer.end();
    await lab?.destroy();
  });

  const logins = () => Promise.all(hosts.map((host) => host.logins()));

  it('cdktf deploy makes each host run and boot the system that the plan names, in two logins', async () => {
    const before = await logins();
    const deploy = await fleet.deployer.deploy(['web']);
    expect(deploy.output).toContain('web1-host: done: generation 1 -> 2');
    expect(deploy.exitCode).toBe(0);
    for (const host of hosts) {
      const toplevel = await synthesizedToplevel(fleet.deployer, 'web', host.name);
      expect(await host.running()).toBe(toplevel);
      expect(await host.profile()).toBe(toplevel);
      expect(await host.bootDefault()).toBe(toplevel);
      expect(await host.read('cat /etc/greeting')).toBe('version 1');
    }
    expect(await logins()).toEqual(before.map((count) => count + 2));
  }, 180_000);

  it('a plan after the deployment is empty', async () => {
    const plan = await fleet.deployer.plan('web');
    expect(plan.output).toContain('No changes.');
    expect(plan.exitCode).toBe(0);
  }, 60_000);

  it('a plan from a fresh clone with another HOME is empty: only the path of the backend differs', async () => {
    const clone = await fleet.deployer.clone('clone');
    expect((await clone.synth()).exitCode).toBe(0);
    const own = await stackText(fleet.deployer, 'web');
    const cloned = await stackText(clone, 'web');
    expect(cloned).not.toBe(own);
    expect(cloned.replaceAll(clone.directory, fleet.deployer.directory)).toBe(own);
    expect(backendLines(cloned)).toEqual(differingLines(cloned, own));

    const state = 'terraform.web.tfstate';
    await copyFile(path.join(fleet.deployer.directory, state), path.join(clone.directory, state));
    const plan = await clone.plan('web');
    expect(plan.output).toContain('No changes.');
    expect(plan.exitCode).toBe(0);
  }, 120_000);

  it('a plan after a commit that changes no file is empty', async () => {
    await fleet.deployer.commit('nothing new');
    expect((await fleet.deployer.synth()).exitCode).toBe(0);
    expect((await fleet.deployer.plan('web')).exitCode).toBe(0);
  }, 60_000);

  it('cdktf diff after a change of one line names exactly that machine and builds nothing', async () => {
    await fleet.setGreeting('web2', 'version 2', IMPORT);
    const built = await fleet.deployer.builtPaths();
    expect(built.length).toBeGreaterThan(0);
    const diff = await fleet.deployer.diff('web');
    expect(diff.exitCode).toBe(0);
    expect(plannedResources(diff.output)).toEqual(['null_resource.web2']);
    expect(await fleet.deployer.builtPaths()).toEqual(built);
  }, 60_000);

  it('cdktf deploy deploys that machine and logs in to no other', async () => {
    const before = await logins();
    expect((await fleet.deployer.deploy(['web'])).exitCode).toBe(0);
    expect(await hosts[1].read('cat /etc/greeting')).toBe('version 2');
    expect(await logins()).toEqual([before[0], before[1] + 2, before[2]]);
  }, 90_000);

  it('a deployment logs in once and switches nothing when the state has forgotten what the host runs', async () => {
    const before = await logins();
    const journal = await hosts[0].read('stat -c %y /var/lib/cdktf-nixos/journal');
    expect((await fleet.deployer.terraform('web', 'state', 'rm', 'null_resource.web1')).exitCode).toBe(0);
    const apply = await fleet.deployer.apply('web');
    expect(apply.output).toContain('1 added, 0 changed, 0 destroyed');
    expect(await logins()).toEqual([before[0] + 1, before[1], before[2]]);
    expect(await hosts[0].read('stat -c %y /var/lib/cdktf-nixos/journal')).toBe(journal);
  }, 60_000);

  it('a synth refuses an import from a derivation that was not allowed, before it builds anything', async () => {
    await fleet.setGreeting('web3', 'version 2', IMPORT.replace('built', 'never built'));
    const built = await fleet.deployer.builtPaths();
    const synth = await fleet.deployer.synth();
    expect(synth.exitCode).not.toBe(0);
    expect(synth.output).toContain('importFromDerivation: true');
    expect(await fleet.deployer.builtPaths()).toEqual(built);
  }, 60_000);
});

/** A line whose evaluation reads what a derivation built. */
const IMPORT = 'closure.importFromDerivation = "built for the evaluation";';

function differingLines(text: string, other: string): string[] {
  const others = other.split('\n');
  return text.split('\n').filter((line, index) => line !== others[index]);
}

/** The line of the local backend's state path, which cdktf writes absolute. */
function backendLines(text: string): string[] {
  return text.split('\n').filter((line) => /^\s*"path": ".*terraform\.web\.tfstate"/.test(line));
}
