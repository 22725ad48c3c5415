import {
  CloudBackend,
  NamedCloudWorkspace,
  NamedRemoteWorkspace,
  RemoteBackend,
  S3Backend,
  TerraformStack,
} from 'cdktf';
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
  stack = new TerraformStack(project.app, 'stack');
  for (const id of ['web', 'db']) {
    const machine = NixosMachine.fromHost(stack, `${id}-host`, { host: id, hostKeys: HostKeys.pinned([ed25519()]) });
    new NixosDeployment(stack, id, { machine, configuration: configuration() });
  }
});
afterEach(() => project.remove());

const WARNING = {
  constructPath: 'stack',
  level: '@cdktf/warn',
  message:
    'the backend may run Terraform remotely, where nix, ssh and node are missing and deployments fail; ' +
    'set the execution mode of the workspace to "Local"',
};

it('a cloud backend causes a warning, once for the stack', () => {
  new CloudBackend(stack, { organization: 'o', workspaces: new NamedCloudWorkspace('w') });
  project.synth();
  expect(project.annotations()).toMatchObject([WARNING]);
});

it('a remote backend causes a warning', () => {
  new RemoteBackend(stack, { organization: 'o', workspaces: new NamedRemoteWorkspace('w') });
  project.synth();
  expect(project.annotations()).toMatchObject([WARNING]);
});

it('a backend that only stores the state causes no warning', () => {
  new S3Backend(stack, { bucket: 'b', key: 'k' });
  project.synth();
  expect(project.annotations()).toEqual([]);
});
