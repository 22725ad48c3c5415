import { NullProvider } from '@cdktf/provider-null/lib/provider';
import type { TerraformStack } from 'cdktf';
import { Aspects, DataResource, Testing, TerraformProvider } from 'cdktf';
import { expect, it } from 'vitest';
import { DeploymentResource } from '../../lib/deployment-resource';
import { HostKeys } from '../../lib/host-keys';
import { NixosDeployment } from '../../lib/nixos-deployment';
import { NixosMachine } from '../../lib/nixos-machine';
import { configuration } from '../support/configuration';
import { ed25519 } from '../support/public-keys';
import { project, stack, useProject } from '../support/project';

useProject();

function deploy(scope: TerraformStack = stack, id = 'web', resource?: DeploymentResource) {
  const hostKeys = HostKeys.pinned([ed25519()]);
  const machine = NixosMachine.fromHost(scope, `${id}-host`, { host: `${scope.node.id}.${id}`, hostKeys });
  return new NixosDeployment(scope, id, { machine, configuration: configuration(), resource });
}

it('a stack with deployments gets one null provider', () => {
  deploy(stack, 'web');
  deploy(stack, 'db');
  const { provider, terraform } = project.synth();
  expect(provider).toEqual({ null: [{}] });
  expect(terraform.required_providers.null.source).toBe('null');
});

it('a null provider of the user is used, also when it is declared after the deployment', () => {
  deploy();
  new NullProvider(stack, 'my-null', { alias: 'mine' });
  expect(project.synth().provider).toEqual({ null: [{ alias: 'mine' }] });
});

it('a provider in one stack does not serve another', () => {
  new NullProvider(stack, 'my-null', { alias: 'mine' });
  deploy();
  deploy(project.stack('other'));
  expect(project.synth().provider).toEqual({ null: [{ alias: 'mine' }] });
  expect(project.synth('other').provider).toEqual({ null: [{}] });
});

it('terraform_data needs no provider', () => {
  deploy(stack, 'web', DeploymentResource.TERRAFORM_DATA);
  expect(project.synth().provider).toBeUndefined();
});

it('aspects of the user see the provider', () => {
  deploy();
  const visited: string[] = [];
  Aspects.of(stack).add({
    visit: (construct) => {
      if (TerraformProvider.isTerraformProvider(construct)) visited.push(construct.node.path);
    },
  });
  project.synth();
  expect(visited).toEqual(['stack/cdktf-nixos-null-provider']);
});

it("cdktf's test helper, which prepares nothing, sees the provider too", () => {
  deploy();
  expect(JSON.parse(Testing.synth(stack)).provider).toEqual({ null: [{}] });
});

it('the real terraform initialises and plans a stack with a deployment', () => {
  deploy();
  new DataResource(stack, 'data', {});
  project.synth();
  expect(project.terraform(['init']).all).toContain('successfully initialized');
  expect(project.terraform(['plan']).all).toContain('Plan: 2 to add, 0 to change, 0 to destroy.');
});
