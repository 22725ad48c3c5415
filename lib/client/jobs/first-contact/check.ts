import { field, oneOf } from '../../../job/field';
import { constructPathProblem } from '../../../validation/construct-path';
import { display } from '../../../validation/display';
import { type Problem, REGENERATE } from '../../../validation/problem';
import { ed25519KeyProblem } from '../../../validation/public-key';
import { checkConnection, checkOrigin, checkPassword, JobChecks, type Unchecked } from '../../kit';
import { Ed25519Key } from './ed25519';
import type { RecordOfCloud } from './key-record';

/** Checks the job of a first contact. @throws InputError for the first problem */
export function checkFirstContact(job: Unchecked, checks: JobChecks, cloud: RecordOfCloud | undefined): void {
  checks.check('machine', job.machine, constructPathProblem);
  const connection = checks.object('connection', job.connection);
  checkConnection({ ...connection, hostKeys: [SOME_KEY] }, new JobChecks(job.machine as string));
  checkPassword(job, checks);
  const hostKey = checks.object('hostKey', job.hostKey);
  checks.check('hostKey.kind', hostKey.kind, oneOf('held', 'first-use', ...(cloud ? ['made'] : [])));
  KINDS[hostKey.kind as string]?.(hostKey, checks);
  if (hostKey.kind === 'made') cloud?.check(checks.object('record', job.record), checks);
}

/** A connection has at least one. Those of this host are what the job is about. */
const SOME_KEY = { publicKey: new Ed25519Key(Buffer.alloc(32)).publicKey, certificateAuthority: false };

const KINDS: { readonly [kind: string]: (hostKey: Unchecked, checks: JobChecks) => void } = {
  made: ({ seed }, checks) => checks.required('hostKey.seed', seed, field(seedProblem)),
  held({ seed, publicKey, privateKey }, checks) {
    checks.required('hostKey.seed', seed, field(seedProblem));
    checks.required('hostKey.publicKey', publicKey, field(ed25519KeyProblem));
    checkOrigin(checks.object('hostKey.privateKey', privateKey), 'hostKey.privateKey', checks);
  },
  'first-use': ({ recordFile }, checks) => checks.check('hostKey.recordFile', recordFile, fileProblem),
};

/** It is never shown. */
function seedProblem(seed: unknown): Problem | undefined {
  if (typeof seed === 'string' && /^[0-9a-f-]{64,80}$/.test(seed)) return undefined;
  const given = typeof seed === 'string' ? 'another text (not shown)' : display(seed);
  return { given, expected: 'the seed in the state of Terraform', fix: REGENERATE };
}

function fileProblem(file: unknown): Problem | undefined {
  if (typeof file === 'string' && file !== '') return undefined;
  return { given: display(file), expected: 'the path of a file', fix: REGENERATE };
}
