import { expect, it } from 'vitest';
import { jobFor } from '../../../../lab/deployer/host-job';
import { ordinary } from '../../../faults/support/systems';
import { describeWithLab } from '../../../support/describe-with-lab';
import { systemsOn, useDeployments } from '../../support/deployments';

const DOAS_ONLY = { security: { sudo: { enable: false }, doas: { enable: true, wheelNeedsPassword: false } } };
const ASKS = { security: { sudo: { enable: false }, doas: { enable: true } } };
const ONE = [ordinary('1'), DOAS_ONLY];
const TWO = [ordinary('2'), DOAS_ONLY];
const ASKING = [ordinary('3'), ASKS];

describeWithLab('a real host with doas and without sudo', () => {
  const deployments = useDeployments([ONE, TWO, ASKING]);

  it.each([
    { shape: 'nixos', shell: 'fish' },
    { shape: 'plain', shell: 'sh' },
  ] as const)('a deployment brings a system by doas: shape $shape, shell $shell', async ({ shape, shell }) => {
    const host = await deployments.host({ shape, login: 'sudo', shell }, ONE);
    const two = deployments.toplevel(TWO);
    const result = await deployments.counted(host, jobFor(host, two, { privilegeEscalation: 'doas' }));
    expect(result).toMatchObject({ status: 0, logins: 2 });
    expect(result.output).toMatch(/^web: copy: \d+ paths of /m);
    expect(await systemsOn(host)).toEqual(Array(4).fill(two));
  });

  it('a deployment copies by the protocol of nix-copy-closure by doas, too', async () => {
    const host = await deployments.host({ shape: 'nixos', login: 'sudo' }, ONE);
    const two = deployments.toplevel(TWO);
    const job = jobFor(host, two, { privilegeEscalation: 'doas' });
    const { output, status } = await deployments.client.run(job, { CDKTF_NIXOS_COPY: 'nix-copy-closure' });
    expect(output).toMatch(/^web: copy: .*, nix-copy-closure$/m);
    expect(status).toBe(0);
    expect(await systemsOn(host)).toEqual(Array(4).fill(two));
  });

  it('a system whose doas asks for a password is rolled back, and the report says what to do', async () => {
    const host = await deployments.host({ shape: 'nixos', login: 'sudo' }, ONE);
    const job = jobFor(host, deployments.toplevel(ASKING), { privilegeEscalation: 'doas' });
    const { output, status } = await deployments.client.run({ ...job, confirmTimeoutSeconds: 3 });
    expect(output).toMatch(/^web: reconnect: .*doas: Authentication required/m);
    expect(output).toMatch(/^web: to do: .*security\.doas\.wheelNeedsPassword = false/m);
    expect(status).not.toBe(0);
    expect(await systemsOn(host)).toEqual(Array(4).fill(deployments.toplevel(ONE)));
  });
});
