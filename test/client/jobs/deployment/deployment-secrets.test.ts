import { describe, expect, it } from 'vitest';
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

describe('the password for sudo', () => {
  const PLANTED = {
    values: { db: { value: `sudo ${TOKEN}`, owner: 'root', group: 'root', mode: '0644', restartUnits: [] } },
  };
  /** Reads the secrets of a job without any, when sudo has asked for this password or has not. */
  async function readAfter(asked: string | undefined, lines: string[] = []): Promise<number> {
    const report = new Report('web', undefined, (line) => lines.push(line));
    const secrets = new DeploymentSecrets(deploymentJob(PLANTED as Partial<DeploymentJob>), {}, report);
    if (asked !== undefined) secrets.learnPassword(Buffer.from(asked));
    return (await secrets.read(HOST)).size;
  }

  it('it is searched for once it was given, also without any secret', async () => {
    await expect(readAfter(TOKEN)).rejects.toThrow('] ssh.privilegeEscalation.password is in values.db.value');
    expect(await readAfter(undefined)).toBe(0);
  });

  it('a short one is not searched for, and nothing is said of it at each deployment', async () => {
    const lines: string[] = [];
    expect(await readAfter('horse', lines)).toBe(0);
    expect(lines).toEqual([]);
  });
});
