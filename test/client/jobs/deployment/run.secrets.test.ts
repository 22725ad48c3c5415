import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LabHost } from '../../../../lab';
import { jobFor } from '../../../../lab/deployer/host-job';
import type { DeploymentJob, JobSecret } from '../../../../lib/job/job';
import { describeWithLab } from '../../../support/describe-with-lab';
import { OPEN, readsOf, secretOn, SEALED, systemWithSecrets } from '../../../supervisor/support/secrets';
import { systemsOn, useDeployments, whenIdle } from '../../support/deployments';
import { jobSecret } from '../../support/job';

const ONE = [systemWithSecrets(['token', 'session'])];
const BROKEN = [systemWithSecrets(['token', 'session']), { faults: { activation: 'fail' } }];

describeWithLab('secrets on a real host', () => {
  const deployments = useDeployments([ONE, BROKEN]);
  let host: LabHost;
  let folder: string;
  let one: string;

  beforeAll(async () => {
    one = deployments.toplevel(ONE);
    folder = mkdtempSync(path.join(tmpdir(), 'sources-'));
    host = await deployments.host({ shape: 'systemd' }, ONE);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  const reads = () => (existsSync(path.join(folder, 'reads')) ? readFileSync(path.join(folder, 'reads')).length : 0);

  /** A kept secret that a command prints, and one in memory from a file. @param revision of the kept one */
  function job(revision: string, change: Partial<DeploymentJob> = {}): DeploymentJob {
    writeFileSync(path.join(folder, 'token'), `the token of revision ${revision}\n`);
    writeFileSync(path.join(folder, 'session'), 'a session, which is gone after a restart');
    const argv = ['sh', '-c', 'echo >>"$0/reads"; cat "$0/token"', folder];
    const token: JobSecret = jobSecret(
      { kind: 'command', argv },
      { revision, owner: 'nobody', mode: '0440', restartUnits: ['read-token.service'] },
    );
    const session = jobSecret({ kind: 'file', file: path.join(folder, 'session') }, { storage: 'memory' });
    return { ...jobFor(host, one), secrets: { token, session }, ...change };
  }

  it('both kinds of secrets reach the host, with their owners and modes', async () => {
    const { output, status } = await deployments.client.run(job('1'));
    expect(output).toMatch(/^web: secrets: read token, session$/m);
    expect(output).toMatch(/^web: secrets: changed: session, token$/m);
    expect(status).toBe(0);
    expect([await secretOn(host, 'token'), await secretOn(host, 'session')]).toEqual([
      'the token of revision 1',
      'a session, which is gone after a restart',
    ]);
    const stat = await host.read(`cd ${OPEN}/current/ && stat -c '%n %U %a' token session`);
    expect(stat).toBe('token nobody 440\nsession root 400');
    expect(await host.read(`ls ${SEALED}/*`)).toBe('token');
  });

  it('the same deployment does nothing, and reads no secret', async () => {
    await whenIdle(host);
    const [before, tree] = [reads(), await host.treeHash()];
    const { output, status, logins } = await deployments.counted(host, job('1'));
    expect(output).toMatch(/^web: done: nothing to do; /m);
    expect([status, logins, reads()]).toEqual([0, 1, before]);
    expect(await host.treeHash()).toBe(tree);
  });

  it('another version copies nothing and restarts the named unit alone, with the usual proof', async () => {
    const [before, read] = [reads(), await readsOf(host, 'token')];
    const { output, status, logins } = await deployments.counted(host, job('2'));
    expect(output).toMatch(
      /^web: secrets: read token, session\nweb: secrets: changed: token\nweb: units: restarted for what changed: read-token\.service\nweb: activate: bringing the secrets; nothing is switched\nweb: confirm: proving a new login$/m,
    );
    expect(output).not.toContain('web: copy:');
    expect([status, logins, reads()]).toEqual([0, 2, before + 1]);
    expect(await secretOn(host, 'token')).toBe('the token of revision 2');
    expect(await readsOf(host, 'token')).toEqual([...read, 'the token of revision 2']);
  });

  it('a rollback brings the secrets of before', async () => {
    const broken = deployments.toplevel(BROKEN);
    const { output, status } = await deployments.client.run(job('3', { toplevel: broken }));
    expect(output).toContain('web: failed: the new system was not kept: the activation failed');
    expect(status).toBe(2);
    expect(await secretOn(host, 'token')).toBe('the token of revision 2');
    expect(await systemsOn(host)).toEqual(Array(4).fill(one));
  });

  it('an owner that the host does not know rolls back, with words of the host', async () => {
    const wrong = job('4');
    const token = { ...wrong.secrets!.token!, owner: 'billing' };
    const { output, status } = await deployments.client.run({ ...wrong, secrets: { token } });
    expect(output).toContain('the secret token cannot be owned by billing:root: the host has no such user or group');
    expect(status).toBe(2);
    expect(await secretOn(host, 'token')).toBe('the token of revision 2');
  });

  it('a secret in memory that is gone is read and sent again', async () => {
    await whenIdle(host);
    await host.read(`rm ${OPEN}/current/session`);
    const before = reads();
    expect((await deployments.client.run(job('2'))).status).toBe(0);
    expect(reads()).toBe(before + 1);
    expect(await secretOn(host, 'session')).toBe('a session, which is gone after a restart');
  });

  it('a deployment without secrets takes them away', async () => {
    expect((await deployments.client.run(jobFor(host, one))).status).toBe(0);
    await whenIdle(host);
    expect(await secretOn(host, 'token')).toBe('');
    expect((await host.exec(`ls ${SEALED}`)).stdout).toBe('');
  });
});
