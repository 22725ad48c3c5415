import { expect, it } from 'vitest';
import { TerraformVariable } from 'cdktf';
import { DeploymentResource } from '../../lib/deployment-resource';
import { HostKeys } from '../../lib/host-keys';
import { NixosDeployment } from '../../lib/nixos-deployment';
import { NixosMachine } from '../../lib/nixos-machine';
import { PrivilegeEscalation } from '../../lib/privilege-escalation';
import { SecretSource } from '../../lib/secret-source';
import { configuration } from '../support/configuration';
import { jobIn } from '../support/job-text';
import { project, stack, useProject } from '../support/project';
import { ed25519 } from '../support/public-keys';

useProject();

function deploy(privilegeEscalation: PrivilegeEscalation): void {
  const ssh = { user: 'deploy', privilegeEscalation };
  const machine = NixosMachine.fromHost(stack, 'web', {
    host: 'web.example',
    hostKeys: HostKeys.pinned([ed25519()]),
    ssh,
  });
  const resource = DeploymentResource.TERRAFORM_DATA;
  new NixosDeployment(stack, 'web-system', { machine, configuration: configuration(), resource });
}

const synthesized = () => project.synth().resource.terraform_data['web-system'];

it('a job says where the password for sudo is read, and its connection that sudo asks for it', () => {
  deploy(PrivilegeEscalation.sudoWithPassword(SecretSource.command(['pass', 'web/deploy'])));
  const job = jobIn(synthesized());
  expect(job.connection.privilegeEscalation).toBe('sudo-with-password');
  expect(job.sudoPassword).toEqual({ kind: 'command', argv: ['pass', 'web/deploy'] });
});

it('a file with the password is found from the folder that Terraform runs in', () => {
  deploy(PrivilegeEscalation.sudoWithPassword(SecretSource.file('password')));
  expect(jobIn(synthesized()).sudoPassword.file).toMatch(/^(\.\.\/)+.*password$/);
});

it('a job without a password has no place for one, and no trigger changes with it', () => {
  deploy(PrivilegeEscalation.SUDO);
  const without = synthesized();
  expect(jobIn(without)).not.toHaveProperty('sudoPassword');
  project.newApp();
  const other = project.stack();
  const ssh = {
    user: 'deploy',
    privilegeEscalation: PrivilegeEscalation.sudoWithPassword(SecretSource.environment('PASSWORD')),
  };
  const machine = NixosMachine.fromHost(other, 'web', {
    host: 'web.example',
    hostKeys: HostKeys.pinned([ed25519()]),
    ssh,
  });
  const resource = DeploymentResource.TERRAFORM_DATA;
  new NixosDeployment(other, 'web-system', { machine, configuration: configuration(), resource });
  expect(synthesized().triggers_replace).toEqual(without.triggers_replace);
});

it('a password that Terraform hands over has to be ephemeral', () => {
  const password = new TerraformVariable(stack, 'password', { type: 'string', sensitive: true });
  deploy(PrivilegeEscalation.sudoWithPassword(SecretSource.terraform(password.stringValue)));
  const [test] = synthesized().lifecycle.precondition;
  expect(test.error_message).toContain(
    '[stack/web-system] ssh.privilegeEscalation.password: got a value that is not ephemeral',
  );
});
