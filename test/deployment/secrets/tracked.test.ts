import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execaSync } from 'execa';
import { expect, it } from 'vitest';
import { SecretSource } from '../../../lib/secret-source';
import { project, useProject } from '../../support/project';
import { deploy } from './support/deploy';

useProject();

/** The warnings of a deployment with this source, in a repository that tracks `tracked` and ignores `ignored`. */
function warnings(source: (file: (name: string) => string) => SecretSource): string[] {
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
  deploy({ secrets: { token: { source: source(file), version: '1' } } });
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
