import type { FirstContactJob, JobCheckedKey } from '../../../job/first-contact';
import type { SecretOrigin } from '../../../job/secret-fields';
import { displayPath, type JobContext, type JobKind, NewHost, refuseUnusableIdentities, sudoPassword } from '../../kit';
import { checkFirstContact } from './check';
import { believeFirstKey, FirstUseFile } from './first-use';
import { heldKeyFile } from './held-key';
import { HeldKeyRecord, type KeyRecord, type RecordOfCloud } from './key-record';
import { FirstContactRun } from './run';

/**
 * The kind of job that makes the first contact with a new host.
 *
 * @param cloud for keys that hosts make; its kind has a bundle of its own. Without it, the kind is for all other keys
 */
export function firstContact(kind: string, cloud?: RecordOfCloud): JobKind<FirstContactJob> {
  return {
    kind,
    check: (job, checks) => checkFirstContact(job, checks, cloud),
    displayName: ({ machine }) => displayPath(machine),
    sensitive: (job) => [
      seedIn(job),
      ...originsIn(job).flatMap((origin) => (origin.kind === 'terraform' ? [origin.value] : [])),
    ],
    secretVariables: (job) => [
      ...(cloud?.secretVariables ?? []),
      ...originsIn(job).flatMap((origin) => (origin.kind === 'environment' ? [origin.name] : [])),
    ],
    outputs: () => [],
    refuseUnready: ({ machine, connection }, environment) => refuseUnusableIdentities(machine, connection, environment),
    run: (job, context) => run(job, context, cloud),
  };
}

async function run(job: FirstContactJob, context: JobContext, cloud: RecordOfCloud | undefined): Promise<void> {
  const { connection, hostKey, machine } = job;
  const { workspace, folder, report, environment } = context;
  const password = sudoPassword(job, environment, report, () => undefined);
  const session = (publicKey: string | undefined) => {
    const hostKeys = publicKey === undefined ? [] : [{ publicKey, certificateAuthority: false }];
    return new NewHost({ ...connection, hostKeys }, workspace, folder, password);
  };
  if (hostKey.kind === 'first-use') {
    return believeFirstKey(new FirstUseFile(hostKey.recordFile, connection), { connection, report, session });
  }
  const heldKey = () => {
    if (hostKey.kind !== 'held') throw new Error('nobody holds the key of this host');
    return heldKeyFile(hostKey, machine, environment, report);
  };
  const record = recordOf(hostKey, () => cloud?.of(job, context));
  await new FirstContactRun(hostKey, { connection, report, session, heldKey, record }).run();
}

function recordOf(hostKey: JobCheckedKey, ofCloud: () => KeyRecord | undefined): KeyRecord {
  if (hostKey.kind === 'held') return new HeldKeyRecord(hostKey.publicKey);
  const record = ofCloud();
  if (record === undefined) throw new Error('this kind of job keeps no record of a key');
  return record;
}

function seedIn({ hostKey }: FirstContactJob): string | undefined {
  return hostKey.kind === 'first-use' ? undefined : hostKey.seed;
}

function originsIn({ hostKey, sudoPassword: password }: FirstContactJob): SecretOrigin[] {
  return [...(hostKey.kind === 'held' ? [hostKey.privateKey] : []), ...(password === undefined ? [] : [password])];
}
