import type { TerraformStack } from 'cdktf';
import { Aspects, TerraformResource } from 'cdktf';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HostKeys } from '../../lib/host-keys';
import { NixosDeployment } from '../../lib/nixos-deployment';
import { NixosMachine } from '../../lib/nixos-machine';
import { configuration } from '../support/configuration';
import { ed25519 } from '../support/public-keys';
import { Project } from '../support/project';

let project: Project;
let stack: TerraformStack;

beforeEach(() => {
  project = new Project();
  stack = project.stack();
  const machine = NixosMachine.fromHost(stack, 'host', { host: 'web', hostKeys: HostKeys.pinned([ed25519()]) });
  new NixosDeployment(stack, 'web', { machine, configuration: configuration() });
});
afterEach(() => project.remove());

const REFUSAL =
  '[stack/web] lifecycle: got create_before_destroy, expected the usual order; ' +
  'leave deployments out of the aspect or override that sets it: it would spread to the server';

function onResources(change: (resource: TerraformResource) => void): void {
  Aspects.of(stack).add({
    visit: (construct) => TerraformResource.isTerraformResource(construct) && change(construct),
  });
}

it('an aspect that sets create_before_destroy is refused', () => {
  onResources((resource) => (resource.lifecycle = { createBeforeDestroy: true }));
  expect(() => project.synth()).toThrow(REFUSAL);
});

it('an override that sets create_before_destroy is refused', () => {
  onResources((resource) => resource.addOverride('lifecycle.create_before_destroy', true));
  expect(() => project.synth()).toThrow(REFUSAL);
});

it('other settings of the lifecycle stay the user’s', () => {
  onResources((resource) => (resource.lifecycle = { preventDestroy: true }));
  expect(project.synth().resource.null_resource.web.lifecycle).toEqual({ prevent_destroy: true });
});
