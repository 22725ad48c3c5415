import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/setup/environment.mjs';
import { Deployer, type Outcome } from '../../lab/deployer/deployer';
import { RecordedRelease } from '../../scripts/record-release/recorded-release';
import { stackText } from './support/synthesized';

const releases = RecordedRelease.all();

it('the version in package.json is a recorded release', () => {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  expect(releases.map((release) => release.version)).toContain(version);
});

describe.each(releases.map((release) => [release.version, release] as const))('release %s', (_version, release) => {
  let deployer: Deployer;

  beforeAll(async () => {
    deployer = await Deployer.create({ app: release.app });
    for (const stack of release.stacks) {
      await writeFile(
        path.join(deployer.directory, `terraform.${stack}.tfstate`),
        release.state(stack, deployer.directory),
      );
    }
    const synth = await deployer.synth();
    expect(synth.exitCode, synth.output).toBe(0);
  }, 60_000);

  afterAll(() => deployer?.end());

  it('the folder of the release holds the record of a stack', () => {
    expect(release.stacks).not.toEqual([]);
  });

  it.each(release.stacks)('the stack %s plans nothing after a synth with the library of today', async (stack) => {
    expectNoChanges(await deployer.plan(stack));
  });

  it.each(release.stacks)(
    'the stack %s has the resources, triggers and commands that the release wrote',
    async (stack) => {
      const recorded = resources(release.stackText(stack, deployer.directory));
      expect(Object.keys(recorded)).not.toEqual([]);
      expect(resources(await stackText(deployer, stack))).toEqual(recorded);
    },
  );

  it.each(release.stacks)('the stack %s plans nothing in the output folder that the release wrote', async (stack) => {
    const folder = path.join(deployer.directory, 'recorded', stack);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'cdk.tf.json'), release.stackText(stack, deployer.directory));
    await deployer.succeed('terraform', [`-chdir=${folder}`, 'init', '-input=false']);
    const plan = [`-chdir=${folder}`, 'plan', '-detailed-exitcode', '-input=false', '-no-color'];
    expectNoChanges(await deployer.run('terraform', plan));
  });
});

function expectNoChanges({ exitCode, output }: Outcome): void {
  expect(exitCode, output).toBe(0);
  expect(output).toContain('No changes.');
}

/**
 * What a release may change: cdktf's notes, and of a provisioner, which is not in the state, the job in its environment
 * and the folder that its command runs in.
 */
const MAY_CHANGE = new Set(['//', 'environment', 'working_dir']);

/** All resources, without what a release may change. */
function resources(text: string): { [type: string]: unknown } {
  return JSON.parse(text, (key, value) => (MAY_CHANGE.has(key) ? undefined : value)).resource;
}
