import type { FirstContactJob } from '../../../job/first-contact';
import type { SecretOrigin } from '../../../job/secret-fields';
import { oneOf, field } from '../../../job/field';
import { constructPathProblem } from '../../../validation/construct-path';
import { display } from '../../../validation/display';
import { type Problem, REGENERATE } from '../../../validation/problem';
import { ed25519KeyProblem } from '../../../validation/public-key';
import {
  checkConnection,
  checkOrigin,
  checkPassword,
  displayPath,
  JobChecks,
  type JobContext,
  type JobKind,
  NewHost,
  refuseUnusableIdentities,
  sudoPassword,
  type Unchecked,
} from '../../kit';
import { bootstrapKey } from './ed25519';
import { heldKeyFile } from './held-key';
import { HeldKeyRecord, type KeyRecord } from './key-record';
import { FirstContactRun } from './run';

/** What a cloud adds: where it keeps the public half of a key that the host made. */
export interface RecordOfCloud {
  /** Checks the member `record` of a job. @throws InputError for the first problem */
  check(record: Unchecked, checks: JobChecks): void;
  /** Variables of the environment that hold a secret of it. */
  readonly secretVariables: readonly string[];
  of(job: FirstContactJob, context: JobContext): KeyRecord;
}

/**
 * The kind of job that makes the first contact with a new host.
 *
 * @param cloud for keys that hosts make; its kind has a bundle of its own. Without it, the kind is for keys that users hold
 */
export function firstContact(kind: string, cloud?: RecordOfCloud): JobKind<FirstContactJob> {
  return {
    kind,
    check: (job, checks) => checkFirstContact(job, checks, cloud),
    displayName: ({ machine }) => displayPath(machine),
    sensitive: (job) => [
      job.seed,
      ...originsIn(job).flatMap((origin) => (origin.kind === 'terraform' ? [origin.value] : [])),
    ],
    secretVariables: (job) => [
      ...(cloud?.secretVariables ?? []),
      ...originsIn(job).flatMap((origin) => (origin.kind === 'environment' ? [origin.name] : [])),
    ],
    outputs: () => [],
    refuseUnready: ({ machine, connection }, environment) => refuseUnusableIdentities(machine, connection, environment),
    async run(job, context) {
      const { workspace, folder, report, environment } = context;
      const password = sudoPassword(job, environment, report, () => undefined);
      const session = (hostKey: string) =>
        new NewHost({ ...job.connection, hostKeys: [trusted(hostKey)] }, workspace, folder, password);
      const { hostKey, machine } = job;
      const heldKey = () => {
        if (hostKey.kind !== 'held') throw new Error('nobody holds the key of this host');
        return heldKeyFile(hostKey, machine, environment, report);
      };
      await new FirstContactRun(job, { report, session, heldKey, record: recordOf(job, context, cloud) }).run();
    },
  };
}

function recordOf(job: FirstContactJob, context: JobContext, cloud: RecordOfCloud | undefined): KeyRecord {
  if (job.hostKey.kind === 'held') return new HeldKeyRecord(job.hostKey.publicKey);
  if (cloud === undefined) throw new Error('this kind of job keeps no record of a key');
  return cloud.of(job, context);
}

function trusted(publicKey: string) {
  return { publicKey, certificateAuthority: false };
}

function originsIn({ hostKey, sudoPassword: password }: FirstContactJob): SecretOrigin[] {
  return [...(hostKey.kind === 'held' ? [hostKey.privateKey] : []), ...(password === undefined ? [] : [password])];
}

function checkFirstContact(job: Unchecked, checks: JobChecks, cloud?: RecordOfCloud): void {
  checks.check('machine', job.machine, constructPathProblem);
  checks.required('seed', job.seed, field(seedProblem));
  const connection = checks.object('connection', job.connection);
  const hostKeys = [trusted(bootstrapKey(job.seed as string))];
  checkConnection({ ...connection, hostKeys }, new JobChecks(job.machine as string));
  checkPassword(job, checks);
  const hostKey = checks.object('hostKey', job.hostKey);
  checks.check('hostKey.kind', hostKey.kind, oneOf('held', ...(cloud ? ['made'] : [])));
  if (hostKey.kind === 'made') return cloud?.check(checks.object('record', job.record), checks);
  checks.required('hostKey.publicKey', hostKey.publicKey, field(ed25519KeyProblem));
  checkOrigin(checks.object('hostKey.privateKey', hostKey.privateKey), 'hostKey.privateKey', checks);
}

/** It is never shown. */
function seedProblem(seed: unknown): Problem | undefined {
  if (typeof seed === 'string' && /^[0-9a-f-]{64,80}$/.test(seed)) return undefined;
  const given = typeof seed === 'string' ? 'another text (not shown)' : display(seed);
  return { given, expected: 'the seed in the state of Terraform', fix: REGENERATE };
}
