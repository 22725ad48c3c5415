import { afterAll, beforeAll, expect, it } from 'vitest';
import { installBaseSystems } from '../../lab/systems/base-system';
import { describeWithLab } from '../support/describe-with-lab';
import { ExampleProject } from '../../lab/deployer/example-project';
import { Lab, type LabHost } from '../../lab';

describeWithLab('examples/circular', () => {
  let lab: Lab;
  let host: LabHost;
  let project: ExampleProject;

  beforeAll(async () => {
    lab = await Lab.create();
    host = await lab.host({ name: 'web', shape: 'systemd' });
    await installBaseSystems([host]);
    project = await ExampleProject.create('examples/circular', [host]);
  }, 90_000);

  afterAll(async () => {
    await project?.deployer.end();
    await lab?.destroy();
  });

  const firewall = async () => {
    const state = await project.deployer.succeed('terraform', [`-chdir=${out()}`, 'show', '-json']);
    return firewallOf(JSON.parse(state).values);
  };
  const out = () => project.deployer.stackDirectory('web');

  it('the example plans the firewall with the ports of the configuration, before anything is deployed', async () => {
    expect((await project.deployer.synth()).exitCode).toBe(0);
    const plan = await project.deployer.plan('web', '-out=saved');
    expect(plan.exitCode).toBe(2);
    const shown = await project.deployer.succeed('terraform', [`-chdir=${out()}`, 'show', '-json', 'saved']);
    expect(firewallOf(JSON.parse(shown).planned_values).input.sort()).toEqual(PORTS);
  }, 60_000);

  it("the example brings the firewall's id, known only at apply, to a service of the same configuration", async () => {
    const deploy = await project.deployer.deploy(['web']);
    expect(deploy.output).toContain('2 added');
    const { id, input } = await firewall();
    expect(input.sort()).toEqual(PORTS);
    expect(await host.read('cat /run/announcement')).toBe(`behind firewall "${id}"`);
    expect((await project.deployer.plan('web')).exitCode).toBe(0);
  }, 90_000);

  it('the example delivers the id of a new firewall and restarts its readers, without another system', async () => {
    const before = await firewall();
    const running = await host.running();
    const apply = await project.deployer.apply('web', '-replace=terraform_data.firewall');
    expect(apply.exitCode).toBe(0);
    const after = await firewall();
    expect(after.id).not.toBe(before.id);
    expect(await host.read('cat /run/announcement')).toBe(`behind firewall "${after.id}"`);
    expect(await host.running()).toBe(running);
  }, 90_000);
});

/** What web.nix opens, and the port that NixOS opens for ssh. */
const PORTS = [22, 443, 80];

interface Values {
  readonly root_module: { readonly resources: { address: string; values: { id: string; input: number[] } }[] };
}

function firewallOf(values: Values): { id: string; input: number[] } {
  return values.root_module.resources.find((resource) => resource.address === 'terraform_data.firewall')!.values;
}
