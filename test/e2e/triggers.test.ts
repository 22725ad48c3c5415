import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root } from '../../scripts/setup/environment.mjs';
import { Lab, type LabHost } from '../../lab';
import { installBaseSystems } from '../../lab/systems/base-system';
import { describeWithLab } from '../support/describe-with-lab';
import { Fleet } from './support/fleet';
import { plannedResources } from '../../lab/deployer/planned-resources';

describeWithLab('the triggers of a deployment', () => {
  let lab: Lab;
  let first: LabHost;
  let second: LabHost;
  let fleet: Fleet;

  beforeAll(async () => {
    lab = await Lab.create();
    [first, second] = await Promise.all([
      lab.host({ name: 'web1', shape: 'plain' }),
      lab.host({ name: 'replacement', shape: 'plain' }),
    ]);
    await installBaseSystems([first, second]);
    fleet = await Fleet.forHosts([first], () => ({ identity: 'disk-1' }));
    expect((await fleet.deployer.deploy(['web'])).exitCode).toBe(0);
  }, 120_000);

  afterAll(async () => {
    await fleet?.deployer.end();
    await lab?.destroy();
  });

  const planExitCode = async () => {
    expect((await fleet.deployer.synth()).exitCode).toBe(0);
    return (await fleet.deployer.plan('web')).exitCode;
  };

  it('another address of the same machine does not trigger a deployment', async () => {
    await fleet.change('web1', { host: '192.0.2.1' });
    expect(await planExitCode()).toBe(0);
    await fleet.change('web1', { host: first.address });
  }, 60_000);

  it('other limits or another login do not trigger a deployment', async () => {
    const ssh = { port: 2222, user: 'someone' };
    await fleet.change('web1', { ssh, policies: { activationTimeoutSeconds: 600, confirmTimeoutSeconds: 60 } });
    expect(await planExitCode()).toBe(0);
    await fleet.change('web1', { ssh: { identityFile: first.identityFile }, policies: {} });
  }, 60_000);

  it('a new version of this library does not trigger a deployment', async () => {
    await installNewerLibrary(fleet);
    expect(await planExitCode()).toBe(0);
    const staged = path.join(fleet.deployer.stackDirectory('web'), 'cdktf-nixos');
    expect(await readFile(path.join(staged, 'client.cjs'), 'utf8')).toContain(NEWER);
    expect(await readFile(path.join(staged, 'supervisor.sh'), 'utf8')).toContain(NEWER);
  }, 90_000);

  it('another machine under the same name gets the same system on its new host', async () => {
    const before = await second.logins();
    await fleet.change('web1', { identity: 'disk-2', host: second.address, hostKey: second.hostKey });
    expect((await fleet.deployer.synth()).exitCode).toBe(0);
    const plan = await fleet.deployer.plan('web');
    expect(plan.exitCode).toBe(2);
    expect(plannedResources(plan.output)).toEqual(['null_resource.web1']);
    expect((await fleet.deployer.apply('web')).exitCode).toBe(0);
    expect(await second.running()).toBe(await first.running());
    expect(await second.logins()).toBe(before + 2);
  }, 90_000);
});

const NEWER = 'a newer version';

/** The installed package replaced by one with another version, another client and another supervisor. */
async function installNewerLibrary(fleet: Fleet): Promise<void> {
  const installed = path.join(fleet.deployer.directory, 'node_modules', 'cdktf-nixos');
  await rm(installed, { recursive: true });
  for (const part of ['dist', 'nix', 'package.json']) {
    await cp(path.join(root, part), path.join(installed, part), { recursive: true });
  }
  const manifest = JSON.parse(await readFile(path.join(installed, 'package.json'), 'utf8'));
  await writeFile(path.join(installed, 'package.json'), JSON.stringify({ ...manifest, version: '99.0.0' }));
  for (const [file, comment] of [
    ['client.cjs', '//'],
    ['supervisor.sh', '#'],
  ]) {
    const target = path.join(installed, 'dist', 'client', file);
    await writeFile(target, `${await readFile(target, 'utf8')}\n${comment} ${NEWER}\n`);
  }
}
