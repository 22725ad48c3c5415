import { afterAll, beforeAll, expect, it } from 'vitest';
import { installBaseSystems } from '../../lab/systems/base-system';
import { describeWithLab } from '../support/describe-with-lab';
import { ExampleProject } from '../../lab/deployer/example-project';
import { Lab, type LabHost } from '../../lab';

describeWithLab('examples/existing-host', () => {
  let lab: Lab;
  let hosts: LabHost[];
  let project: ExampleProject;

  beforeAll(async () => {
    lab = await Lab.create();
    const names = ['web1', 'web2', 'web3'];
    hosts = await Promise.all(names.map((name) => lab.host({ name, shape: 'plain' })));
    await installBaseSystems(hosts);
    project = await ExampleProject.create('examples/existing-host', hosts);
  }, 90_000);

  afterAll(async () => {
    await project?.deployer.end();
    await lab?.destroy();
  });

  it('the example deploys each host its own configuration, and plans nothing afterwards', async () => {
    const deploy = await project.deployer.deploy(['web']);
    expect(deploy.output).toContain('3 added');
    expect(deploy.exitCode).toBe(0);
    const greetings = await Promise.all(hosts.map((host) => host.read('cat /etc/greeting')));
    expect(greetings).toEqual(['This is web1.', 'This is web2.', 'This is web3.']);
    expect((await project.deployer.plan('web')).exitCode).toBe(0);
  }, 120_000);
});
