import type { IConstruct } from 'constructs';
import { ephemeralValues } from '../deployment/secrets/ephemeral';
import { jobOrigin, seenFrom } from '../deployment/secrets/job';
import { sshConnection, type SshTarget } from '../deployment/ssh-connection';
import type { FirstContactJob, JobHostKey } from '../job/first-contact';
import type { MachineHostKey } from '../machine-host-key';
import type { EphemeralValue } from '../terraform/ephemeral';
import { stackDirectory } from '../terraform/output-directory';

/** What the recipe of a client resource, or the recorder, adds. */
type Added = 'format' | 'kind' | 'path' | 'record';

/**
 * What the client is told, with every default filled in.
 *
 * @param contact lies in the stack whose folder has the client
 * @param seed as a token
 */
export function contactJob(
  contact: IConstruct,
  machine: SshTarget,
  hostKey: MachineHostKey,
  seed: string,
): Omit<FirstContactJob, Added> {
  const password = machine.ssh.privilegeEscalation?._password;
  const folder = stackDirectory(contact);
  return {
    machine: machine.node.path,
    // The job knows which keys the host may show, and the recorded one is not there yet.
    connection: { ...sshConnection(machine), hostKeys: [] },
    hostKey: jobHostKey(hostKey, seed, folder),
    ...(password !== undefined && { sudoPassword: jobOrigin(password, folder) }),
  };
}

function jobHostKey({ _choice: choice }: MachineHostKey, seed: string, folder: string): JobHostKey {
  if (choice.kind === 'made') return { ...choice, seed };
  if (choice.kind === 'first-use') return { ...choice, recordFile: seenFrom(folder, choice.recordFile) };
  return { ...choice, seed, privateKey: jobOrigin(choice.privateKey._origin, folder) };
}

/** What Terraform itself hands over and must not keep. */
export function contactSecrets({ ssh }: SshTarget, { _choice: choice }: MachineHostKey): EphemeralValue[] {
  const key = choice.kind === 'held' ? choice.privateKey._origin : undefined;
  return [
    ...ephemeralValues({}, ssh),
    ...(key?.kind === 'terraform' ? [{ field: 'hostKey.privateKey', value: key.value }] : []),
  ];
}
