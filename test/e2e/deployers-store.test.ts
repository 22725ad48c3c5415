import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Lab, type LabHost } from '../../lab';
import { installBaseSystems } from '../../lab/systems/base-system';
import { describeWithPrivateStore } from './support/describe-with-private-store';
import { Fleet } from './support/fleet';
import { synthesizedToplevel } from './support/synthesized';

describeWithPrivateStore('the store of the machine that synthesized', () => {
  let lab: Lab;
  let host: LabHost;
  let fleet: Fleet;

  beforeAll(async () => {
    lab = await Lab.create();
    host = await lab.host({ name: 'web1', shape: 'plain' });
    await installBaseSystems([host]);
    fleet = await Fleet.forHosts([host], () => ({}), { privateStore: true });
  }, 120_000);

  afterAll(async () => {
    await fleet?.deployer.end();
    await lab?.destroy();
  });

  it('an apply works after a garbage collection between synth and apply', async () => {
    expect((await fleet.deployer.synth()).exitCode).toBe(0);
    const toplevel = await synthesizedToplevel(fleet.deployer, 'web', 'web1');
    const collected = await fleet.deployer.run('nix-collect-garbage', []);
    expect(collected.output).toMatch(/[1-9]\d* store paths deleted/);
    expect((await fleet.deployer.plan('web')).exitCode).toBe(2);
    const apply = await fleet.deployer.apply('web');
    expect(apply.output).toContain('1 added');
    expect(await host.running()).toBe(toplevel);
  }, 120_000);

  it('a garbage collection keeps what an earlier synth needs, so that a saved plan can still be applied', async () => {
    await fleet.setGreeting('web1', 'planned');
    expect((await fleet.deployer.synth()).exitCode).toBe(0);
    const planned = await synthesizedToplevel(fleet.deployer, 'web', 'web1');
    expect((await fleet.deployer.plan('web', '-out=saved')).exitCode).toBe(2);
    await fleet.setGreeting('web1', 'written later');
    expect((await fleet.deployer.synth()).exitCode).toBe(0);
    await fleet.deployer.succeed('nix-collect-garbage', []);
    expect((await fleet.deployer.terraform('web', 'apply', '-input=false', 'saved')).exitCode).toBe(0);
    expect(await host.running()).toBe(planned);
  }, 120_000);
});

describeWithPrivateStore('the output folder, copied to a machine with neither the project nor its derivations', () => {
  let lab: Lab;
  let host: LabHost;
  let author: Fleet;
  let elsewhere: Fleet;
  let shared: string;
  let toplevel: string;

  beforeAll(async () => {
    lab = await Lab.create();
    host = await lab.host({ name: 'web1', shape: 'plain' });
    await installBaseSystems([host]);
    author = await Fleet.forHosts([host], () => ({}), { privateStore: true });
    expect((await author.deployer.synth()).exitCode).toBe(0);
    toplevel = await synthesizedToplevel(author.deployer, 'web', 'web1');

    shared = await mkdtemp(path.join(tmpdir(), 'shared-'));
    await cp(path.join(author.deployer.directory, 'cdktf.out'), path.join(shared, 'cdktf.out'), {
      recursive: true,
      verbatimSymlinks: true,
    });
    const derivation = `.#nixosConfigurations.web1.config.system.build.toplevel`;
    const cache = path.join(shared, 'cache');
    await author.deployer.succeed('nix', ['build', '--no-link', derivation]);
    await author.deployer.succeed('nix', ['copy', '--to', `file://${cache}`, toplevel]);
    await author.deployer.end();
    elsewhere = await Fleet.create({}, { privateStore: true });
    await rm(path.join(elsewhere.deployer.directory, 'cdktf.out'), { recursive: true, force: true });
    await cp(path.join(shared, 'cdktf.out'), path.join(elsewhere.deployer.directory, 'cdktf.out'), {
      recursive: true,
      verbatimSymlinks: true,
    });
  }, 180_000);

  afterAll(async () => {
    await elsewhere?.deployer.end();
    await lab?.destroy();
    await rm(shared, { recursive: true, force: true });
  });

  it('an apply elsewhere without a cache fails, names the cures, and leaves the host as it is', async () => {
    const running = await host.running();
    const tree = await host.treeHash();
    expect((await elsewhere.deployer.plan('web')).exitCode).toBe(2);
    const apply = await elsewhere.deployer.apply('web');
    expect(apply.exitCode).not.toBe(0);
    expect(apply.output).toContain(toplevel);
    expect(apply.output).toMatch(/substituter/);
    expect(apply.output).toMatch(/synth/);
    expect(await host.running()).toBe(running);
    expect(await host.treeHash()).toBe(tree);
  }, 90_000);

  it('a plain terraform apply elsewhere works with a file:// cache as substituter', async () => {
    const settings = [
      process.env.NIX_CONFIG?.replace('substitute = false', 'substitute = true'),
      `substituters = file://${path.join(shared, 'cache')}`,
      'require-sigs = false',
    ];
    const apply = await elsewhere.deployer.run(
      'terraform',
      [`-chdir=${elsewhere.deployer.stackDirectory('web')}`, 'apply', '-auto-approve', '-input=false', '-no-color'],
      { NIX_CONFIG: settings.join('\n') },
    );
    expect(apply.output).toContain('1 added');
    expect(await host.running()).toBe(toplevel);
  }, 90_000);
});
