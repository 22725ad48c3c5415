import { expect, it } from 'vitest';
import { checkDeployment } from '../../../../lib/client/jobs/deployment/check';
import { JobChecks } from '../../../../lib/client/job-checks';
import type { SecretOrigin } from '../../../../lib/job/secret-fields';
import { refusal } from '../../../support/refusal';
import { deploymentJob, jobSecret } from '../../support/job';

const ORIGINS: readonly SecretOrigin[] = [
  { kind: 'file', file: '~/token' },
  { kind: 'command', argv: ['pass', 'token'] },
  { kind: 'environment', name: 'TOKEN' },
  { kind: 'terraform', value: 'hunter2hunter2' },
  { kind: 'sops', file: '../secrets.yaml', key: ['db', 'password'] },
  { kind: 'age', file: 'token.age', identityFiles: ['~/.ssh/id_ed25519'] },
];

/** A secret of a good job, or of a bad one. */
const secret = (origin: unknown = ORIGINS[0], change: object = {}) => jobSecret(origin as SecretOrigin, change);

/** The refusal of a job with this change, as Terraform hands it over. */
function refusalOf(change: object): string {
  const job = JSON.parse(JSON.stringify({ ...deploymentJob(), ...change }));
  return refusal(() => checkDeployment(job, new JobChecks('fleet/web-system')));
}

const synth = 'run cdktf synth again and apply its output: the job does not fit this client';
const unknownAtApply = 'Terraform gave no value; check the resource attribute that this field comes from';

/** Change of a good job, and the whole message. */
const refused: readonly (readonly [string, object, string])[] = [
  [
    'a secret that Terraform does not know',
    { secrets: { token: secret({ kind: 'terraform', value: null }) } },
    `[fleet/web-system] secrets.token.source.value: got null, expected a string; ${unknownAtApply}`,
  ],
  [
    'a secret that is no string, without showing it',
    { secrets: { token: secret({ kind: 'terraform', value: 123456 }) } },
    '[fleet/web-system] secrets.token.source.value: got a number (not shown), expected a string; give a string, for example with tostring() or jsonencode()',
  ],
  [
    'a source of another version',
    { secrets: { token: secret({ kind: 'vault' }) } },
    `[fleet/web-system] secrets.token.source.kind: got "vault", expected "file" or "command" or "environment" or "terraform" or "sops" or "age"; ${synth}`,
  ],
  [
    'a command without a program',
    { secrets: { token: secret({ kind: 'command', argv: [] }) } },
    '[fleet/web-system] secrets.token.source.argv: got an empty list, expected a program and its arguments as a list of strings; name the program first',
  ],
  [
    'a variable that is an assignment',
    { secrets: { token: secret({ kind: 'environment', name: 'A=b' }) } },
    '[fleet/web-system] secrets.token.source.name: got a text (not shown), expected the name of an environment variable; give the name of the variable, without $, and not its value',
  ],
  [
    'a file without a path',
    { secrets: { token: secret({ kind: 'file', file: '' }) } },
    `[fleet/web-system] secrets.token.source.file: got "", expected the path of a file; ${synth}`,
  ],
  [
    'an entry of sops with a quote in its name',
    { secrets: { token: secret({ kind: 'sops', file: 'a.yaml', key: ['a"]["b'] }) } },
    '[fleet/web-system] secrets.token.source.key: got "a\\"][\\"b", expected the name of an entry, or the names on the way to it, without quotes, brackets and control characters; write "token", or ["database", "password"]',
  ],
  [
    'an identity without a path',
    { secrets: { token: secret({ kind: 'age', file: 'a.age', identityFiles: [null] }) } },
    `[fleet/web-system] secrets.token.source.identityFiles[0]: got null, expected the path of a file; ${synth}`,
  ],
  [
    'a version that Terraform does not know',
    { secrets: { token: secret(undefined, { revision: null }) } },
    `[fleet/web-system] secrets.token.version: got null, expected a text that is not empty; ${unknownAtApply}`,
  ],
  [
    'a version without a text',
    { secrets: { token: secret(undefined, { revision: '' }) } },
    '[fleet/web-system] secrets.token.version: got "", expected a text that is not empty; give a version that changes when the secret does',
  ],
  [
    'a secret that others may read',
    { secrets: { token: secret(undefined, { mode: '0444' }) } },
    '[fleet/web-system] secrets.token.mode: got "0444", expected four octal digits as a string, the last one 0, for example "0400"; give others no right to it; use group instead',
  ],
  [
    'a secret whose name leaves its directory',
    { secrets: { '../x': secret() } },
    '[fleet/web-system] secrets.../x: got "../x", expected a name: 1 to 64 letters, digits, dots, underscores and dashes that do not start with a dot; rename it here and in the NixOS configuration that reads it',
  ],
  [
    'two secrets whose names differ by case',
    { secrets: { db: secret(), DB: secret() } },
    '[fleet/web-system] secrets: got "db" and "DB", expected names that differ by more than upper and lower case; rename one of them',
  ],
  [
    'a secret in memory for a system that runs after a restart',
    { goal: 'boot', secrets: { token: secret(undefined, { storage: 'memory' }) } },
    '[fleet/web-system] secrets.token.storage: got SecretStorage.MEMORY for a system that runs only after a restart, expected a secret that outlives the restart; use SecretStorage.KEPT, or DeploymentGoal.SWITCH',
  ],
];

it('the client takes secrets of every source', () => {
  const secrets = Object.fromEntries(ORIGINS.map((origin) => [origin.kind, secret(origin)]));
  expect(refusalOf({ secrets })).toBe('nothing was refused');
});

it('the client takes a kept secret for a system that runs after a restart', () => {
  expect(refusalOf({ goal: 'boot', secrets: { token: secret() } })).toBe('nothing was refused');
});

it.each(refused)('the client refuses %s', (_title, change, message) => {
  expect(refusalOf(change)).toBe(message);
});
