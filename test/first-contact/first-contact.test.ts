import { expect, it } from 'vitest';
import { HostKeys } from '../../lib/host-keys';
import { MachineHostKey } from '../../lib/machine-host-key';
import { NixosDeployment } from '../../lib/nixos-deployment';
import { SecretSource } from '../../lib/secret-source';
import { NixosMachine } from '../../lib/nixos-machine';
import { configuration } from '../support/configuration';
import { project, stack, useProject } from '../support/project';
import { CloudMachine } from './support/cloud-machine';
import { useTestContact } from './support/use-test-contact';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBNcoYhwwDYluF/IrKSEr8lFRmLyEeeDj7gYMIs3wDZ3';
const HELD_KEYS = HostKeys.pinned([KEY]);
const HELD = MachineHostKey.held(`${KEY} a comment`, SecretSource.environment('HOST_KEY'));

useProject();
const record = useTestContact();

const deployed = (machine: NixosMachine) =>
  new NixosDeployment(stack, 'web-system', { machine, configuration: configuration() });

/** A job whose tokens have a value. */
const filled = (job: string) => JSON.parse(job.replace(/\$\{.*?\)\}/g, '"<token>"'));

it('a machine without a deployment has no seed and no first contact', () => {
  new CloudMachine(stack, 'web');
  expect(project.synth().resource).toEqual({
    terraform_data: { web: expect.not.objectContaining({ input: expect.anything() }) },
  });
});

it('the user data of a machine without a deployment is what the user gave', () => {
  new CloudMachine(stack, 'web', { userData: '#cloud-config ${HOME}' });
  expect(project.synth().resource.terraform_data.web.input).toBe('#cloud-config $${HOME}');
});

it('a machine with a deployment has a seed that Terraform makes, in a line of its user data that no plan shows', () => {
  deployed(new CloudMachine(stack, 'web', { userData: '#cloud-config', record: record() }));
  const { terraform_data: data, null_resource: work } = project.synth().resource;
  const [seed] = Object.keys(data).filter((name) => name.startsWith('web_first-contact_seed'));
  expect(data[seed!]).toMatchObject({
    input: '${uuid()}-${uuid()}',
    triggers_replace: { size: 'small' },
    lifecycle: { ignore_changes: ['input'] },
  });
  expect(data.web.input).toBe(
    `#cloud-config\n# cdktf-nixos-first-boot 1 \${sensitive(terraform_data.${seed}.output)}\n`,
  );
  const [contact] = Object.keys(work).filter((name) => name.startsWith('web_first-contact'));
  expect(work[contact!].triggers).toEqual({ machine: '${terraform_data.web.id}' });
  expect(work['web-system'].depends_on).toEqual(['terraform_data.web', `null_resource.${contact}`]);
});

it('a key that the host makes reaches the deployment from the record, once the first contact is over', () => {
  const { file, bundle } = record();
  deployed(new CloudMachine(stack, 'web', { record: { file, bundle } }));
  const work = project.synth().resource.null_resource;
  const { CDKTF_NIXOS_JOB: job } = work['web-system'].provisioner[0]['local-exec'].environment;
  expect(job).toContain('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA${replace(replace(one(regex(');
  expect(job).toContain(file);
});

it('the job of a first contact names no host key, and where a held key is read but not the key', () => {
  deployed(new CloudMachine(stack, 'web', { hostKey: HELD, host: '203.0.113.7', ssh: { port: 2222 } }));
  const work = project.synth().resource.null_resource;
  const [contact] = Object.keys(work).filter((name) => name.startsWith('web_first-contact'));
  const { CDKTF_NIXOS_JOB: text } = work[contact!].provisioner[0]['local-exec'].environment;
  expect(filled(text)).toEqual({
    format: 1,
    kind: 'first-contact',
    path: 'stack/web/first-contact',
    machine: 'stack/web',
    connection: expect.objectContaining({ host: '203.0.113.7', port: 2222, hostKeys: [] }),
    hostKey: { kind: 'held', seed: '<token>', publicKey: KEY, privateKey: { kind: 'environment', name: 'HOST_KEY' } },
  });
});

it('a held key is known before the server: the deployment has it as a literal', () => {
  deployed(new CloudMachine(stack, 'web', { hostKey: HELD }));
  const { CDKTF_NIXOS_JOB: job } =
    project.synth().resource.null_resource['web-system'].provisioner[0]['local-exec'].environment;
  expect(filled(job).connection.hostKeys).toEqual([{ publicKey: KEY, certificateAuthority: false }]);
});

it('where the first key is believed, there is no seed, and the deployment has the key that is in the file then', () => {
  const hostKey = MachineHostKey.trustOnFirstUse('known_hosts');
  deployed(new CloudMachine(stack, 'web', { hostKey, host: '203.0.113.7', ssh: { port: 2222 } }));
  const { terraform_data: data, null_resource: work } = project.synth().resource;
  expect(Object.keys(data)).toEqual(['web']);
  expect(data.web).not.toHaveProperty('input');
  const [contact] = Object.keys(work).filter((name) => name.startsWith('web_first-contact'));
  const jobOf = (name: string) => work[name].provisioner[0]['local-exec'].environment.CDKTF_NIXOS_JOB;
  expect(filled(jobOf(contact!)).hostKey).toEqual({
    kind: 'first-use',
    recordFile: expect.stringMatching(/known_hosts$/),
  });
  expect(jobOf('web-system')).toContain(`startswith(line, "[203.0.113.7]:2222 ")`);
  expect(jobOf('web-system')).toContain(`substr(null_resource.${contact}.id, 0, 0)`);
});

it.each([
  [undefined, 'nothing'],
  ['', '""'],
  ['keys/', '"keys/"'],
])('a file for believed keys that is not a path is refused: %j', (file, given) => {
  expect(() => MachineHostKey.trustOnFirstUse(file as string)).toThrow(
    `[MachineHostKey.trustOnFirstUse] recordFile: got ${given}, expected the path of a file; write for example "known_hosts"`,
  );
});

it('a held key of another type, and something else than a source of its private half, are refused', () => {
  const rsa = 'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBA==';
  expect(() => MachineHostKey.held(rsa, SecretSource.file('key'))).toThrow('[MachineHostKey.held] publicKey: got ');
  expect(() => MachineHostKey.held(KEY, 'the private key itself' as never)).toThrow(
    '[MachineHostKey.held] privateKey: got a text (not shown), expected a SecretSource; write SecretSource.file("..."), .command, ' +
      '.environment, .sops or .age',
  );
});

it('a host key that is something else is refused in the name of the machine', () => {
  expect(() => new CloudMachine(stack, 'web', { hostKey: KEY as never })).toThrow(
    `[stack/web] hostKey: got "${KEY.slice(0, 20)}`,
  );
});

it('a machine without a deployment whose key only a first contact makes cannot be a jump host', () => {
  const bastion = new CloudMachine(stack, 'bastion');
  const jumpHosts = [{ host: bastion.host, hostKeys: bastion.hostKeys }];
  deployed(NixosMachine.fromHost(stack, 'web', { host: '198.18.0.3', hostKeys: HELD_KEYS, ssh: { jumpHosts } }));
  expect(() => project.synth()).toThrow(
    '[stack/bastion] hostKeys: got a machine without a deployment, which makes its key in the first contact before one, ' +
      'expected a machine with a deployment, or a key that is known; add a NixosDeployment for the machine, or give it ' +
      'hostKey: MachineHostKey.held(...)',
  );
});
