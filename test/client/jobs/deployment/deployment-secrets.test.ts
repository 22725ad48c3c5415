import { expect, it } from 'vitest';
import type { HostState } from '../../../../lib/client/host/host-state';
import { DeploymentSecrets } from '../../../../lib/client/jobs/deployment/deployment-secrets';
import { Report } from '../../../../lib/client/report/report';
import type { DeploymentJob } from '../../../../lib/job/job';
import type { SecretOrigin } from '../../../../lib/job/secret-fields';
import { deploymentJob, jobSecret } from '../../support/job';

const TOKEN = 'correct horse battery staple';
const GIVEN: SecretOrigin = { kind: 'terraform', value: TOKEN };
const HOST = { description: 'runs a system' } as HostState;

/** Reads the secrets of a job that gives this token. */
async function read(change: Partial<DeploymentJob>): Promise<string | undefined> {
  const job = deploymentJob({ secrets: { token: jobSecret(GIVEN) }, ...change });
  const report = new Report('web', undefined, () => undefined);
  return (await new DeploymentSecrets(job, {}, report).read(HOST)).get('token')?.toString();
}

it('one value of Terraform may be the password for sudo and a secret', async () => {
  expect(await read({ sudoPassword: GIVEN })).toBe(TOKEN);
});

it('a secret that stands in the source of the password for sudo is refused', async () => {
  const refused = read({ sudoPassword: { kind: 'command', argv: ['echo', TOKEN] } });
  await expect(refused).rejects.toThrow('secrets.token is in ssh.privilegeEscalation.password.argv[1]');
});
