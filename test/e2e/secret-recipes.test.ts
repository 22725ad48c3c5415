import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Lab, type LabHost } from '../../lab';
import { ExampleProject } from '../../lab/deployer/example-project';
import { installBaseSystems } from '../../lab/systems/base-system';
import { root } from '../../scripts/setup/environment.mjs';
import { describeWithLab } from '../support/describe-with-lab';
import { recipe } from '../support/recipe';

const KEY = 'AGE-SECRET-KEY-OF-A-TEST-0123456789';
const NEXT_KEY = 'AGE-SECRET-KEY-OF-A-TEST-9876543210';
const standIn = (name: string) => readFileSync(path.join(root, 'test', 'nix', 'recipes', name), 'utf8');

/** The example, with the recipes of the docs beside it and agenix and sops-nix as they decrypt: by reading the identity. */
const FILES = {
  'agenix.nix': standIn('agenix.nix'),
  'sops-nix.nix': standIn('sops-nix.nix'),
  'agenix-recipe.nix': recipe('agenix'),
  'sops-nix-recipe.nix': recipe('sops-nix'),
  'recipes.nix': '{ imports = [ ./agenix.nix ./sops-nix.nix ./agenix-recipe.nix ./sops-nix-recipe.nix ]; }\n',
};

describeWithLab('the recipes for agenix and sops-nix', () => {
  let lab: Lab;
  let host: LabHost;
  let project: ExampleProject;

  beforeAll(async () => {
    lab = await Lab.create();
    host = await lab.host({ name: 'web', shape: 'systemd' });
    await installBaseSystems([host]);
    const env = { API_TOKEN: 'a token of a test', AGE_KEY: KEY, NEXT_AGE_KEY: NEXT_KEY };
    project = await ExampleProject.create('examples/secrets', [host], { env });
    const { deployer } = project;
    await deployer.writeAll(FILES);
    await deployer.edit(
      'web.nix',
      'networking.hostName = "web";',
      'imports = [ ./recipes.nix ];\n  networking.hostName = "web";',
    );
    await deployer.edit('main.ts', "SecretSource.file('secrets/signing-key')", "SecretSource.environment('HOME')");
    const units = "restartUnits: ['age-identity.service']";
    const ageKey = `ageKey: { source: SecretSource.environment('AGE_KEY'), version: 'first', ${units} },`;
    await deployer.edit('main.ts', 'secrets: {', `secrets: { ${ageKey}`);
  }, 90_000);

  afterAll(async () => {
    await project?.deployer.end();
    await lab?.destroy();
  });

  /** What each of them read as its identity since the host was switched on. */
  const identities = () => host.read('cat /run/identity-of-agenix; echo; cat /run/identity-of-sops-nix');

  it('both have the identity at the first deployment, before they decrypt', async () => {
    const deploy = await project.deployer.deploy(['web']);
    expect(deploy.output).toContain('1 added');
    expect(await identities()).toBe(`${KEY}\n${KEY}`);
  }, 90_000);

  it('both have it again after a power cut, and only root can read it', async () => {
    await host.powerCut();
    await host.boot();
    await expect.poll(identities).toBe(`${KEY}\n${KEY}`);
    const modes = await host.read('stat -Lc "%a %U" /var/lib/age-identity /run/cdktf-nixos-secrets/current/ageKey');
    expect(modes).toBe('400 root\n400 root');
    expect(await host.read('systemctl --failed --no-legend')).toBe('');
  }, 60_000);

  it('another identity alone reaches the copy of agenix, although nothing is switched', async () => {
    const system = await host.read('readlink /run/current-system');
    await project.deployer.edit(
      'main.ts',
      "environment('AGE_KEY'), version: 'first'",
      "environment('NEXT_AGE_KEY'), version: 'second'",
    );
    const deploy = await project.deployer.deploy(['web']);
    expect(deploy.output).toContain('1 added');
    expect(await host.read('cat /var/lib/age-identity')).toBe(NEXT_KEY);
    expect(await host.read('readlink /run/current-system')).toBe(system);
    expect(await host.read('cat /run/identity-of-agenix')).toBe(KEY);
  }, 90_000);
});
