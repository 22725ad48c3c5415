import { DataResource } from 'cdktf';
import { Construct } from 'constructs';
import { expect, it } from 'vitest';
import { DeploymentResource } from '../../lib/deployment-resource';
import { HostKeys } from '../../lib/host-keys';
import { NixosDeployment } from '../../lib/nixos-deployment';
import { NixosMachine } from '../../lib/nixos-machine';
import { configuration } from '../support/configuration';
import { ed25519 } from '../support/public-keys';
import { refusal } from '../support/refusal';
import { project, stack, useProject } from '../support/project';

useProject();

let hosts = 0;

function deploy(id: string, scope: Construct = stack) {
  hosts += 1;
  const machine = NixosMachine.fromHost(stack, `host${hosts}`, {
    host: `h${hosts}`,
    hostKeys: HostKeys.pinned([ed25519()]),
  });
  const resource = DeploymentResource.TERRAFORM_DATA;
  return new NixosDeployment(scope, id, { machine, configuration: configuration(), resource });
}

it.each(['9front', '-x', '名'])('a construct id that Terraform could not take as a name is refused: %j', (id) => {
  const name = id === '名' ? '' : id;
  deploy(id);
  expect(refusal(() => project.synth())).toContain(
    `[stack/${id}] id: got the Terraform name "${name}", expected one that begins with a letter or an underscore; ` +
      'choose such an id, or nest the construct in one that has such an id',
  );
});

it('two constructs that would silently become one resource are refused', () => {
  deploy('web.example');
  deploy('webexample');
  expect(refusal(() => project.synth())).toContain(
    '[stack/web.example] id: got the Terraform name "webexample" here and for stack/webexample, expected a ' +
      'unique name; choose ids that differ in their letters, digits, underscores and dashes: all other characters are dropped',
  );
});

it('names that the real terraform accepts are accepted, whatever they mean elsewhere', () => {
  for (const id of ['count', 'for_each', 'web.example.com', '_x', 'null']) deploy(id);
  deploy('9front', new Construct(stack, 'fleet'));
  new DataResource(stack, 'other', {});
  project.synth();
  expect(project.terraform(['init']).exitCode).toBe(0);
  expect(project.terraform(['validate']).all).toContain('The configuration is valid');
});
