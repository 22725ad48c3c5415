import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execaSync } from 'execa';
import { describe, expect, it } from 'vitest';
import { HostKeys } from '../../../lib/host-keys';
import { NixosConfiguration } from '../../../lib/nixos-configuration';
import type { NixosDeploymentProps } from '../../../lib/nixos-deployment';
import { NixosMachine } from '../../../lib/nixos-machine';
import { NixosModule } from '../../../lib/nixos-module';
import { PrivilegeEscalation } from '../../../lib/privilege-escalation';
import { SecretSource } from '../../../lib/secret-source';
import { project, stack, useProject } from '../../support/project';
import { ed25519 } from '../../support/public-keys';
import { deploy } from './support/deploy';

useProject();

/** The warnings of a deployment with this source, in a repository that tracks `tracked` and ignores `ignored`. */
function warnings(
  source: (file: (name: string) => string) => SecretSource,
  props: Partial<NixosDeploymentProps> = {},
): string[] {
  const repository = path.join(project.directory, 'repository');
  const file = (name: string) => path.join(repository, name);
  mkdirSync(repository);
  for (const name of ['tracked', 'ignored']) writeFileSync(file(name), 'age-encryption.org/v1\n');
  writeFileSync(file('.gitignore'), 'ignored\n');
  for (const args of [
    ['init', '--quiet'],
    ['add', '--all'],
  ])
    execaSync('git', args, { cwd: repository });
  deploy({ ...props, secrets: { token: { source: source(file), version: '1' } } });
  project.synth();
  return project.annotations().map(({ message }) => message.replaceAll(repository, ''));
}

it('a plain secret that git tracks gets a warning with the reason', () => {
  expect(warnings((file) => SecretSource.file(file('tracked')))).toEqual([
    'secrets.token.source: git tracks "/tracked", so its history has the secret, and Nix copies it into the store, where ' +
      'every user can read it, with each flake of this repository; take it out of git, or encrypt it with sops or age',
  ]);
});

it('an identity that git tracks gets a warning', () => {
  const source = (file: (name: string) => string) => SecretSource.age(file('ignored'), [file('tracked')]);
  expect(warnings(source)).toEqual([expect.stringContaining('git tracks "/tracked"')]);
});

it.each<[string, (file: (name: string) => string) => SecretSource]>([
  ['a file that git ignores', (file) => SecretSource.file(file('ignored'))],
  ['a file outside of any repository', () => SecretSource.file('/proc/version')],
  ['a file that does not exist yet', (file) => SecretSource.file(file('later/token'))],
  ['an encrypted file that git tracks', (file) => SecretSource.age(file('tracked'))],
])('%s gets no warning', (_, source) => {
  expect(warnings(source)).toEqual([]);
});

it('the password for sudo gets the same warnings, in the name of the machine', () => {
  const file = path.join(project.directory, 'repository', 'tracked');
  const machine = machineWith(SecretSource.file(file));
  expect(warnings(() => SecretSource.environment('TOKEN'), { machine })).toEqual([
    expect.stringMatching(/^ssh\.privilegeEscalation\.password: git tracks "\/tracked", so its history has the secret/),
  ]);
  expect(project.annotations()[0]?.constructPath).toBe(machine.node.path);
});

function machineWith(password: SecretSource): NixosMachine {
  const privilegeEscalation = PrivilegeEscalation.sudoWithPassword(password);
  const hostKeys = HostKeys.pinned([ed25519()]);
  return NixosMachine.fromHost(stack, 'host', {
    host: 'h.example',
    hostKeys,
    ssh: { user: 'me', privilegeEscalation },
  });
}

describe('a plain secret in what Nix copies as it is', () => {
  const place = (...names: string[]) => path.join(project.directory, ...names);
  /** The warnings of synth, which fails: the flake has no configuration. */
  function warningsFor(file: string, configuration: NixosConfiguration): string[] {
    mkdirSync(place('flake', 'secrets'), { recursive: true });
    writeFileSync(place('flake', 'secrets', 'token'), 'hunter2');
    writeFileSync(place('flake', 'module.nix'), '{ }');
    const { node } = deploy({ configuration, secrets: { token: { source: SecretSource.file(file), version: '1' } } });
    expect(() => project.synth()).toThrow('cannot be evaluated');
    const messages = node.metadata.filter(({ type }) => type.includes('warn')).map(({ data }) => data as string);
    return messages.map((message) => message.replaceAll(project.directory, ''));
  }
  const MESSAGE = (copied: string) =>
    `secrets.token.source: Nix copies "${copied}" into the store, where every user can read it, and "/flake/secrets/token" ` +
    'with it; move it elsewhere, or encrypt it with sops or age';

  it('a file beside it has no warning', () => {
    const flake = NixosConfiguration.fromFlake(`path:${place('flake')}#web`);
    expect(warningsFor(place('flake-token'), flake)).toEqual([]);
  });

  it.each(['path:', ''])('a flake outside of Git, as %j and its folder, has a warning', (scheme) => {
    const flake = NixosConfiguration.fromFlake(`${scheme}${place('flake')}#web`);
    expect(warningsFor(place('flake', 'secrets', 'token'), flake)).toEqual([MESSAGE('/flake')]);
  });

  const copied = (configuration: NixosConfiguration) => configuration._copied;

  it('of a module its root is copied, or the file alone; of a flake from elsewhere nothing of this machine', () => {
    const flake = NixosConfiguration.fromFlake('github:nobody/nothing#web');
    const module = (options: { root?: string }) =>
      flake.extend({ modules: [NixosModule.fromFile(place('flake', 'module.nix'), options)] });
    expect(copied(module({}))).toEqual([place('flake', 'module.nix')]);
    expect(copied(module({ root: place('flake') }))).toEqual([place('flake')]);
    expect(copied(flake)).toEqual([]);
  });
});
