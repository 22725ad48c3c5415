import { afterAll, beforeAll, expect, it } from 'vitest';
import { hcloudProviderMissing } from '../../scripts/setup/providers/hcloud-provider.mjs';
import { describeWithLab } from '../support/describe-with-lab';
import { CloudExample } from './support/cloud-example';

const missing = hcloudProviderMissing();

describeWithLab(`examples/hcloud-fleet${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  let example: CloudExample;

  beforeAll(async () => {
    if (missing === undefined) example = await CloudExample.create('examples/hcloud-fleet');
  }, 90_000);

  afterAll(() => example?.end());

  it.skipIf(missing !== undefined)(
    'the example makes ten servers of one image, and brings the address of the database to all others',
    async () => {
      const { cloud, deployer, machines } = example;
      const { exitCode, output } = await deployer.deploy(['fleet'], '--parallelism=4');
      expect(exitCode, output).toBe(0);
      const servers = cloud.left.filter(({ type }) => type === 'servers');
      expect(servers.map(({ name }) => name).sort()).toEqual(
        ['database', ...Array.from({ length: 9 }, (_, i) => `web${i + 1}`)].sort(),
      );
      expect(cloud.everMade.filter(({ type, ended }) => type === 'images' && !ended)).toHaveLength(1);
      for (const name of ['web1', 'web9']) {
        expect(await machines.host(name)?.read('cat /run/announcement')).toMatch(
          /^the database is at "10\.0\.1\.\d+"$/,
        );
      }
      expect((await deployer.plan('fleet')).exitCode).toBe(0);
    },
    900_000,
  );

  it.skipIf(missing !== undefined)(
    'the example leaves nothing at Hetzner when it is destroyed',
    async () => {
      const { exitCode, output } = await example.destroy('fleet');
      expect(exitCode, output).toBe(0);
      expect(example.cloud.left).toEqual([]);
    },
    300_000,
  );
});
