import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { labUnavailable } from '../../../../lab/availability';
import { jobFor } from '../../../../lab/deployer/host-job';
import { ordinary } from '../../../faults/support/systems';
import { describeUnless } from '../../../support/describe-unless';
import { systemsOn, useDeployments } from '../../support/deployments';

const RUN0_ONLY = { security: { sudo: { enable: false }, run0: { enable: true, wheelNeedsPassword: false } } };
const ASKS = { security: { sudo: { enable: false }, run0: { enable: true } } };
const ONE = [ordinary('1'), RUN0_ONLY];
const TWO = [ordinary('2'), RUN0_ONLY];
const ASKING = [ordinary('3'), ASKS];

/** Hosts of the lab run this machine's programs. */
const programs = ['/usr/bin/run0', '/usr/lib/polkit-1/polkitd'];
const missing = programs.filter((program) => !existsSync(program));
const unavailable = missing.length > 0 ? `this machine has no ${missing.join(', ')} (Debian 13 has)` : undefined;

describeUnless(labUnavailable ?? unavailable, 'a real host with run0 and without sudo', () => {
  const deployments = useDeployments([ONE, TWO, ASKING]);

  it.each(['sh', 'fish'] as const)('a deployment brings a system by run0, from the shell %s', async (shell) => {
    const host = await deployments.host({ shape: 'systemd', login: 'sudo', shell }, ONE);
    const two = deployments.toplevel(TWO);
    const result = await deployments.counted(host, jobFor(host, two, { privilegeEscalation: 'run0' }));
    expect(result).toMatchObject({ status: 0, logins: 2 });
    expect(result.output).toMatch(/^web: copy: \d+ paths of /m);
    expect(await systemsOn(host)).toEqual(Array(4).fill(two));
  });

  it('a system whose polkit asks for a password is rolled back, and the report says what to do', async () => {
    const host = await deployments.host({ shape: 'systemd', login: 'sudo' }, ONE);
    const job = jobFor(host, deployments.toplevel(ASKING), { privilegeEscalation: 'run0' });
    const { output, status } = await deployments.client.run({ ...job, confirmTimeoutSeconds: 3 });
    expect(output).toMatch(/^web: reconnect: .*Interactive authentication required/m);
    expect(output).toMatch(/^web: to do: .*security\.run0\.wheelNeedsPassword = false/m);
    expect(status).not.toBe(0);
    expect(await systemsOn(host)).toEqual(Array(4).fill(deployments.toplevel(ONE)));
  });
});
