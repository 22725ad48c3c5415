import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { jobFor } from '../../../../lab/deployer/host-job';
import { ordinary } from '../../../faults/support/systems';
import { describeWithLab } from '../../../support/describe-with-lab';
import { systemsOn, useDeployments } from '../../support/deployments';

const ASKS = { security: { sudo: { wheelNeedsPassword: true } } };
const ONE = [ordinary('1'), ASKS];
const TWO = [ordinary('2'), ASKS];
const PASSWORD = 'correct horse battery staple';

describeWithLab('a real host whose sudo asks for a password', () => {
  const deployments = useDeployments([ONE, TWO]);

  it.each(['sh', 'fish'] as const)(
    'a deployment brings a system and proves its sudo, from the shell %s',
    async (shell) => {
      const host = await deployments.host({ shape: 'nixos', login: 'sudo', shell }, ONE);
      const hash = execFileSync('perl', ['-e', 'print crypt(<STDIN>, q($6$salt$))'], { input: PASSWORD }).toString();
      await host.read(`sed -i 's|^deployer:[^:]*|deployer:${hash}|' /etc/shadow`);
      await host.read(`printf 'auth required pam_unix.so\\naccount required pam_permit.so\\n' >/etc/pam.d/sudo`);
      const two = deployments.toplevel(TWO);
      const job = jobFor(host, two, { privilegeEscalation: 'sudo-with-password' });
      const sudoPassword = { kind: 'environment', name: 'SUDO_PASSWORD' } as const;
      const result = await deployments.counted(host, { ...job, sudoPassword }, { SUDO_PASSWORD: PASSWORD });
      expect(result).toMatchObject({ status: 0, logins: 2 });
      expect(result.output).toMatch(/^web: copy: \d+ paths of /m);
      expect(await systemsOn(host)).toEqual(Array(4).fill(two));
      const { output, status } = await deployments.client.run(
        { ...job, sudoPassword },
        { SUDO_PASSWORD: 'wrong horse' },
      );
      expect(output).toContain('sudo: 1 incorrect password attempt');
      expect(status).toBe(1);
    },
  );
});
