import { afterAll, beforeAll, expect, it } from 'vitest';
import { hcloudProviderMissing } from '../../scripts/setup/providers/hcloud-provider.mjs';
import { describeWithLab } from '../support/describe-with-lab';
import { CloudExample } from './support/cloud-example';

const missing = hcloudProviderMissing();

describeWithLab(`examples/hcloud-web${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  let example: CloudExample;

  beforeAll(async () => {
    if (missing === undefined) example = await CloudExample.create('examples/hcloud-web');
  }, 90_000);

  afterAll(() => example?.end());

  it.skipIf(missing !== undefined)(
    'the example uploads its image, makes its server, and deploys to it after a first login that was checked',
    async () => {
      const { deployer, machines } = example;
      const { exitCode, output } = await deployer.deploy(['web']);
      expect(exitCode, output).toBe(0);
      expect(output).toContain('the host has its lasting key');
      expect(await machines.host('web')?.read('cat /etc/motd')).toBe('deployed by cdktf-nixos');
      expect((await deployer.plan('web')).exitCode).toBe(0);
    },
    300_000,
  );

  it.skipIf(missing !== undefined)(
    'the example leaves nothing at Hetzner when it is destroyed',
    async () => {
      const { exitCode, output } = await example.destroy('web');
      expect(exitCode, output).toBe(0);
      expect(example.cloud.left).toEqual([]);
    },
    120_000,
  );
});
