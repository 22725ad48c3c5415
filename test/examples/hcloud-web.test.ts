import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Lab } from '../../lab';
import { mustRun } from '../../lab/command';
import { Deployer } from '../../lab/deployer/deployer';
import { HcloudDouble, LabMachines } from '../../lab/hcloud';
import { hcloudProviderMissing } from '../../scripts/setup/providers/hcloud-provider.mjs';
import { describeWithLab } from '../support/describe-with-lab';

const missing = hcloudProviderMissing();

describeWithLab(`examples/hcloud-web${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  let lab: Lab;
  let machines: LabMachines;
  let cloud: HcloudDouble;
  let deployer: Deployer;

  beforeAll(async () => {
    if (missing !== undefined) return;
    lab = await Lab.create();
    machines = new LabMachines(lab);
    cloud = await HcloudDouble.start({ machines });
    const identityFile = path.join(lab.directory, 'deployer');
    await mustRun('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', identityFile]);
    deployer = await Deployer.create({
      app: 'examples/hcloud-web',
      files: {
        'ssh.json': JSON.stringify({ identityFile }),
        'deploy-key.pub': readFileSync(`${identityFile}.pub`, 'utf8'),
      },
      env: cloud.environment,
    });
  }, 90_000);

  afterAll(async () => {
    await deployer?.end();
    await cloud?.stop();
    await lab?.destroy();
  });

  it.skipIf(missing !== undefined)(
    'the example uploads its image, makes its server, and deploys to it by a first login that was checked',
    async () => {
      const { exitCode, output } = await deployer.deploy(['web']);
      expect(exitCode, output).toBe(0);
      expect(output).toMatch(/the host has its lasting key/);
      const host = machines.host('web');
      expect(await host?.read('cat /etc/motd')).toBe('deployed by cdktf-nixos');
      expect((await deployer.plan('web')).exitCode).toBe(0);
    },
    300_000,
  );

  it.skipIf(missing !== undefined)(
    'the example leaves nothing at Hetzner when it is destroyed',
    async () => {
      const { exitCode, output } = await deployer.terraform('web', 'destroy', '-auto-approve', '-no-color');
      expect(exitCode, output).toBe(0);
      expect(cloud.left).toEqual([]);
    },
    120_000,
  );
});
