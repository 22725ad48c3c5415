import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { execaSync } from 'execa';
import { TerraformVariable } from 'cdktf';
import { describe, expect, it } from 'vitest';
import { DeploymentResource } from '../../../lib/deployment-resource';
import type { Secret } from '../../../lib/secret';
import { SecretSource } from '../../../lib/secret-source';
import { SecretStorage } from '../../../lib/secret-storage';
import { itUnless } from '../../support/describe-unless';
import { project, stack, useProject } from '../../support/project';
import { PATH_WITH_SECRET_PROGRAMS, secretProgramsMissing } from '../../support/secret-programs';
import { deploy, fixture, resource } from './support/deploy';

useProject();

const source = SecretSource.command(['pass', 'api/token']);

/** The trigger of a deployment with this one secret, in a program of its own. */
function trigger(secret: Partial<Secret>): any {
  const id = `web${stack.node.children.length}`;
  deploy({ secrets: { token: { source, ...secret } } }, id);
  return JSON.parse(resource(id).triggers.secrets).token;
}

describe('the trigger of secrets', () => {
  it('the trigger is missing when there are no secrets', () => {
    deploy({});
    deploy({ secrets: {} }, 'empty');
    expect(Object.keys(resource().triggers)).toEqual(['goal', 'machine', 'toplevel']);
    expect(Object.keys(resource('empty').triggers)).toEqual(['goal', 'machine', 'toplevel']);
  });

  it('the trigger is a contract: names, versions, owners, modes, storage and units as canonical JSON', () => {
    deploy({
      secrets: {
        token: { source, version: '2026-11', restartUnits: ['b.service', 'a.service'], reloadUnits: ['nginx.service'] },
        key: { source, version: '1', storage: SecretStorage.MEMORY, owner: 'billing', group: '990', mode: '0440' },
      },
    });
    expect(resource().triggers.secrets).toBe(
      '{"key":{"group":"990","mode":"0440","owner":"billing","reloadUnits":[],"restartUnits":[],"storage":"memory",' +
        '"version":"1"},"token":{"group":"root","mode":"0400","owner":"root","reloadUnits":["nginx.service"],' +
        '"restartUnits":["b.service","a.service"],"storage":"kept","version":"2026-11"}}',
    );
  });

  it('the trigger does not say where a secret is read', () => {
    const elsewhere = trigger({ version: '1', source: SecretSource.environment('TOKEN') });
    expect(elsewhere).toEqual(trigger({ version: '1', source: SecretSource.file('/secret/token') }));
  });

  it('the version may be known only to Terraform, which shows it in the plan', () => {
    const version = new TerraformVariable(stack, 'release', { type: 'string', default: 'a "quoted" one' }).stringValue;
    deploy({ secrets: { token: { source, version } }, resource: DeploymentResource.TERRAFORM_DATA });
    expect(project.synth().resource.terraform_data.web.triggers_replace.secrets).toContain(
      '"version":${jsonencode(var.release)}}}',
    );
    expect(project.terraform(['init']).exitCode).toBe(0);
    expect(project.terraform(['plan']).stdout).toContain('a \\"quoted\\" one');
  });
});

describe('the ciphertext is the version of an encrypted secret', () => {
  const sops = (file: string, key: string | string[]) => trigger({ source: SecretSource.sops(fixture(file), key) });

  it.each<[string, string | string[]]>([
    ['yaml', ['database', 'password']],
    ['json', ['database', 'password']],
    ['env', 'PASSWORD'],
  ])('another value of an entry of a .%s file deploys the secret again', (type, key) => {
    const before = sops(`fleet.${type}`, key);
    expect(before.ciphertext).toMatch(/^[0-9a-f]{64}$/);
    expect(before).not.toHaveProperty('version');
    expect(sops(`edited.${type}`, key).ciphertext).not.toBe(before.ciphertext);
  });

  it.each([
    ['yaml', 'token'],
    ['json', 'token'],
    ['env', 'TOKEN'],
  ])('another value of another entry of a .%s file changes nothing', (type, key) => {
    expect(readFileSync(fixture(`edited.${type}`))).not.toEqual(readFileSync(fixture(`fleet.${type}`)));
    expect(sops(`edited.${type}`, key)).toEqual(sops(`fleet.${type}`, key));
  });

  it.each(['token.age', 'token.armored.age'])('another %s deploys the secret again', (file) => {
    const copy = path.join(project.directory, file);
    copyFileSync(fixture(file), copy);
    expect(trigger({ source: SecretSource.age(copy) })).toEqual(trigger({ source: SecretSource.age(fixture(file)) }));
    const other = file === 'token.age' ? 'token.armored.age' : 'token.age';
    copyFileSync(fixture(other), copy);
    const before = trigger({ source: SecretSource.age(fixture(file)) });
    expect(trigger({ source: SecretSource.age(copy) }).ciphertext).not.toBe(before.ciphertext);
  });

  it('the file of a source is read once: all hosts that are given the source have the same trigger', () => {
    const copy = path.join(project.directory, 'token.age');
    copyFileSync(fixture('token.age'), copy);
    const shared = SecretSource.age(copy);
    const before = trigger({ source: shared });
    copyFileSync(fixture('token.armored.age'), copy);
    expect(trigger({ source: shared })).toEqual(before);
    expect(trigger({ source: SecretSource.age(copy) })).not.toEqual(before);
  });

  it('a version and a ciphertext both deploy the secret again', () => {
    const { version, ciphertext } = trigger({ source: SecretSource.age(fixture('token.age')), version: '2' });
    expect({ version, ciphertext }).toEqual({ version: '2', ciphertext: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  itUnless(
    secretProgramsMissing(),
    'an edit of another entry with sops itself does not deploy the secret again',
    () => {
      const folder = path.join(project.directory, 'sops');
      mkdirSync(folder);
      const file = path.join(folder, 'fleet.yaml');
      const env = { PATH: PATH_WITH_SECRET_PROGRAMS, SOPS_AGE_KEY_FILE: path.join(folder, 'key.txt') };
      const run = (command: string) => execaSync('sh', ['-c', command], { cwd: folder, env });
      run('age-keygen -o key.txt && printf "token: one\\nother: two\\n" >fleet.yaml');
      run('sops encrypt --age "$(age-keygen -y key.txt)" --in-place fleet.yaml');
      const token = () => trigger({ source: SecretSource.sops(file, 'token') }).ciphertext;
      const first = token();
      run(`sops set fleet.yaml '["other"]' '"three"'`);
      expect(token()).toBe(first);
      run(`sops set fleet.yaml '["token"]' '"four"'`);
      expect(token()).not.toBe(first);
    },
  );
});
