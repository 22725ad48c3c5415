import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Deployer } from '../../lab/deployer/deployer';
import { plannedResources } from '../../lab/deployer/planned-resources';
import { describeWithPrivateStore } from './support/describe-with-private-store';

const STATE = 'terraform.images.tfstate';

describeWithPrivateStore('images that two machines apply', () => {
  let first: Deployer;
  let second: Deployer;

  const machine = (consumers: object) =>
    Deployer.create({
      app: 'test/e2e/images',
      files: { 'consumers.json': JSON.stringify(consumers) },
      privateStore: true,
    });
  /** The variants whose images are in the store. */
  const built = async (deployer: Deployer) => {
    const paths = await deployer.builtPaths();
    const files = await Promise.all(
      paths
        .filter((one) => one.includes('-nixos-image-'))
        .map((one) => deployer.succeed('sh', ['-c', 'find "$1" -name "nixos*"', 'sh', one])),
    );
    return files.map((file) => path.extname(file.trim())).sort();
  };

  beforeAll(async () => {
    first = await machine({ uploader: 'disk' });
    second = await machine({ uploader: 'disk' });
  }, 120_000);

  afterAll(async () => {
    await first?.end();
    await second?.end();
  });

  it('an image that something uses is built before it is used, and no other image is', async () => {
    expect((await first.synth()).exitCode).toBe(0);
    const plan = await first.plan('images');
    expect(plannedResources(plan.output)).toEqual(['null_resource.disk', 'terraform_data.uploader']);
    expect(await built(first)).toEqual([]);
    const apply = await first.apply('images');
    expect(apply.output).toMatch(/disk: file: \/nix\/store\/.*\.img \(raw, \d+ bytes\)/);
    expect(apply.output).toMatch(/read \/nix\/store\/.*\.img/);
    expect(await built(first)).toEqual(['.img']);
    expect((await first.plan('images')).exitCode).toBe(0);
  }, 120_000);

  it('apply on A, then on B with an empty store add a consumer: B builds what it needs and nothing else', async () => {
    await second.write('consumers.json', JSON.stringify({ uploader: 'disk', burner: 'cd' }));
    await copyFile(path.join(first.directory, STATE), path.join(second.directory, STATE));
    expect((await second.synth()).exitCode).toBe(0);
    const plan = await second.plan('images');
    expect(plannedResources(plan.output)).toEqual(['null_resource.cd', 'terraform_data.burner']);
    const apply = await second.apply('images');
    expect(apply.output).toMatch(/read \/nix\/store\/.*\.iso/);
    expect(await built(second)).toEqual(['.iso']);
  }, 120_000);

  it('another consumer of an image that A built has B build it, and the first consumer is left alone', async () => {
    await second.write('consumers.json', JSON.stringify({ uploader: 'disk', burner: 'cd', copier: 'disk' }));
    expect((await second.synth()).exitCode).toBe(0);
    const plan = await second.plan('images');
    expect(plannedResources(plan.output)).toEqual(['null_resource.disk', 'terraform_data.copier']);
    const apply = await second.apply('images');
    expect(apply.output).toMatch(/read \/nix\/store\/.*\.img/);
    expect(await built(second)).toEqual(['.img', '.iso']);
    expect((await second.plan('images')).exitCode).toBe(0);
  }, 120_000);

  it('an image whose last consumer is removed leaves the plan, and its file stays in the store', async () => {
    await second.write('consumers.json', JSON.stringify({ uploader: 'disk', copier: 'disk' }));
    expect((await second.synth()).exitCode).toBe(0);
    expect(plannedResources((await second.plan('images')).output)).toEqual([
      'null_resource.cd[0]',
      'terraform_data.burner',
    ]);
    expect((await second.apply('images')).output).toContain('2 destroyed');
    expect(await built(second)).toEqual(['.img', '.iso']);
  }, 120_000);
});
