import { DataResource, TerraformHclModule, TerraformOutput } from 'cdktf';
import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { HostKeys } from '../../lib/host-keys';
import type { NixosDeploymentProps } from '../../lib/nixos-deployment';
import { NixosDeployment } from '../../lib/nixos-deployment';
import { NixosMachine } from '../../lib/nixos-machine';
import { configuration } from '../support/configuration';
import { ed25519 } from '../support/public-keys';
import { refusal } from '../support/refusal';
import { project, stack, useProject } from '../support/project';

useProject();

const hostKeys = HostKeys.pinned([ed25519()]);

function deploy(id: string, props: Partial<NixosDeploymentProps> = {}, scope: Construct = stack) {
  const machine = props.machine ?? NixosMachine.fromHost(scope, `${id}-host`, { host: id, hostKeys });
  return new NixosDeployment(scope, id, { machine, configuration: configuration(), ...props });
}

function dependsOn(id = 'web'): string[] | undefined {
  return project.synth().resource.null_resource[id].depends_on;
}

describe('the order of a deployment', () => {
  it('a deployment waits for nothing by default', () => {
    deploy('web');
    expect(dependsOn()).toBeUndefined();
  });

  it('a deployment waits for what dependsOn names: deployments, resources, data and modules', () => {
    const module = new TerraformHclModule(stack, 'module', {
      source: './somewhere',
      skipAssetCreationFromLocalModules: true,
    });
    deploy('web', { dependsOn: [deploy('first'), new DataResource(stack, 'data', {}), module] });
    expect(dependsOn()).toEqual(['null_resource.first', 'terraform_data.data', 'module.module']);
  });

  it('a deployment also waits for what the machine needs, and for nothing twice', () => {
    const data = new DataResource(stack, 'data', {});
    const machine = NixosMachine.fromHost(stack, 'machine', { host: 'web', hostKeys, dependsOn: [data] });
    deploy('web', { machine, dependsOn: [data] });
    expect(dependsOn()).toEqual(['terraform_data.data']);
  });

  it('a deployment waits for what node.addDependency names, before and after other constructs are added', () => {
    const web = deploy('web');
    const service = new Construct(stack, 'service');
    web.node.addDependency(service);
    deploy('system', {}, service);
    new DataResource(service, 'data', {});
    new TerraformOutput(service, 'output', { value: 'no address to wait for' });
    expect(dependsOn()).toEqual(['null_resource.service_system_AA20F90D', 'terraform_data.service_data_1E434C2E']);
  });

  it('a deployment waits for what node.addDependency names for the construct around it', () => {
    const service = new Construct(stack, 'service');
    deploy('system', {}, service);
    service.node.addDependency(deploy('first'));
    expect(dependsOn('service_system_AA20F90D')).toEqual(['null_resource.first']);
  });

  it('a deployment waits for what a plain construct of the user waits for, when the construct gives an address', () => {
    const resource = new DataResource(stack, 'data', {});
    deploy('web', { dependsOn: [{ fqn: resource.fqn }] });
    expect(dependsOn()).toEqual(['terraform_data.data']);
  });
});

it('a later wave waits for all of the earlier one, as the real terraform sees it', () => {
  const first = deploy('web1');
  const second = ['web2', 'web3'].map((id) => deploy(id, { dependsOn: [first] }));
  new DataResource(stack, 'after', { dependsOn: [...second] });
  project.synth();
  expect(project.terraform(['init']).all).toContain('successfully initialized');
  const { stdout } = project.terraform(['graph']);
  expect(stdout).toContain('"null_resource.web2" -> "null_resource.web1"');
  expect(stdout).toContain('"null_resource.web3" -> "null_resource.web1"');
  expect(stdout).toContain('"terraform_data.after" -> "null_resource.web2"');
  expect(stdout).toContain('"terraform_data.after" -> "null_resource.web3"');
});

describe('an order that cannot be kept', () => {
  const ADDRESS = 'expected a resource, data source, module or deployment (with fqn)';

  function synthRefusal(): string {
    return refusal(() => project.synth());
  }

  it('a plain construct in dependsOn is refused', () => {
    const service = new Construct(stack, 'service');
    deploy('web', { dependsOn: [service as never] });
    expect(synthRefusal()).toContain(
      `[stack/web] dependsOn[0]: got the construct stack/service, ${ADDRESS}; ` +
        'give the resources in it, or use node.addDependency',
    );
  });

  it('a plain construct that a machine needs is refused', () => {
    const dependsOn = [new Construct(stack, 'service') as never];
    const machine = NixosMachine.fromHost(stack, 'machine', { host: 'web', hostKeys, dependsOn });
    deploy('web', { machine });
    expect(synthRefusal()).toContain(
      `[stack/web] machine.dependencies: got the construct stack/service, ${ADDRESS}; ` +
        'give the resources in it, or use node.addDependency',
    );
  });

  it('something in dependsOn that is not a construct is refused', () => {
    const { fqn } = new DataResource(stack, 'data', {});
    deploy('web', { dependsOn: ['null_resource.first' as never, fqn as never] });
    const problems = synthRefusal();
    expect(problems).toContain(
      `[stack/web] dependsOn[0]: got "null_resource.first", ${ADDRESS}; give the resource itself`,
    );
    expect(problems).toContain('[stack/web] dependsOn[1]: got a Terraform token, expected a resource');
  });

  it('a deployment of another stack in dependsOn is refused', () => {
    const other = project.stack('other');
    deploy('web', { dependsOn: [deploy('first', {}, other)] });
    expect(synthRefusal()).toContain(
      '[stack/web] dependsOn[0]: got the construct other/first of another stack, expected something in the stack ' +
        'stack; Terraform orders within a stack; let the stack stack depend on the stack other (addDependency)',
    );
  });

  it('node.addDependency to another stack is refused', () => {
    deploy('web').node.addDependency(project.stack('other'));
    expect(synthRefusal()).toContain(
      '[stack/web] node.addDependency: got the construct other of another stack, expected something in the stack ' +
        'stack; Terraform orders within a stack; let the stack stack depend on the stack other (addDependency)',
    );
  });

  it('a deployment that would wait for itself is refused', () => {
    const service = new Construct(stack, 'service');
    deploy('system', {}, service).node.addDependency(service);
    expect(synthRefusal()).toContain(
      '[stack/service/system] node.addDependency: got the construct stack/service, expected a construct that ' +
        'does not contain this one; remove it: nothing can wait for itself',
    );
  });
});

it('a machine of another stack puts the stacks in order', () => {
  const servers = project.stack('servers');
  const server = new DataResource(servers, 'server', { input: { ip: '203.0.113.7' } });
  const host = server.getStringAttribute('output.ip');
  const machine = NixosMachine.fromHost(servers, 'web', { host, identity: server.id, hostKeys, dependsOn: [server] });
  deploy('web', { machine });
  const { null_resource: resources } = project.synth().resource;
  expect(resources.web.depends_on).toBeUndefined();
  expect(resources.web.triggers.machine).toContain('data.terraform_remote_state');
  expect(stack.dependencies).toEqual([servers]);
});
