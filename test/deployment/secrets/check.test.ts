import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { TerraformVariable } from 'cdktf';
import { describe, expect, it } from 'vitest';
import { DeploymentGoal } from '../../../lib/deployment-goal';
import type { Secret } from '../../../lib/secret';
import { SecretSource } from '../../../lib/secret-source';
import { SecretStorage } from '../../../lib/secret-storage';
import { project, stack, useProject } from '../../support/project';
import { refusal } from '../../support/refusal';
import { deploy, fixture } from './support/deploy';

useProject();

const any = (value: unknown) => value as never;
const source = SecretSource.command(['pass', 'api/token']);
const refused = (secret: Partial<Secret>) =>
  refusal(() => deploy({ secrets: { token: { source, version: '1', ...secret } } }));

describe('a secret that cannot be delivered is refused', () => {
  it('a plain source without a version is refused with the reason', () => {
    expect(refused({ version: undefined })).toBe(
      '[stack/web] secrets.token.version: got nothing, expected a text that changes when the secret does: the plan cannot ' +
        'see the secret, and a short secret could be guessed from a digest in the state; write for example ' +
        'version: "2026-11", and change it with the secret',
    );
  });

  it.each<[string, Partial<Secret>, string]>([
    ['no source', { source: any(undefined) }, 'secrets.token.source: got nothing, expected a SecretSource'],
    [
      'a text as source',
      { source: any('hunter22') },
      'secrets.token.source: got a text (not shown), expected a Secret',
    ],
    ['a number as source', { source: any(4711) }, 'secrets.token.source: got a number (not shown), expected a Secret'],
    ['a misspelt option', any({ own: 'x' }), 'secrets.token.own: got an unknown option'],
    ['an empty version', { version: '' }, 'version: got "", expected a text, or a Terraform token'],
    ['a number as version', { version: any(1) }, 'version: got 1, expected a text, or a Terraform token'],
    ['a storage as a word', { storage: any('MEMORY') }, 'write SecretStorage.MEMORY'],
    ['a mode as a number', { mode: any(400) }, 'mode: got 400, expected four octal digits as a string'],
    ['a mode for others', { mode: '0444' }, 'mode: got "0444", expected four octal digits as a string, the last one 0'],
    ['an owner with a blank', { owner: 'a b' }, 'owner: got "a b", expected a name (letters, digits'],
    ['a group that is a path', { group: '../x' }, 'group: got "../x", expected a name (letters, digits'],
    ['a unit without its type', { reloadUnits: ['nginx'] }, 'secrets.token.reloadUnits[0]: got "nginx"'],
  ])('%s is refused', (_, secret, message) => {
    const given = refused(secret);
    expect(given).toContain('[stack/web] secrets.token.');
    expect(given).toContain(message);
    expect(given).not.toMatch(/hunter22|4711/);
  });

  it.each<[string, unknown, string]>([
    ['a text', { token: 'hunter22' }, 'secrets.token: got a text (not shown), expected an object of options; write {'],
    ['a number', { token: 4711 }, 'secrets.token: got a number (not shown), expected an object of options; write { so'],
    ['a text for all', 'hunter22', 'secrets: got a text (not shown), expected a plain object; write { name: ... }'],
  ])('%s in the place of a secret is refused, and not shown', (_, secrets, message) => {
    const given = refusal(() => deploy({ secrets: any(secrets) }));
    expect(given).toContain(`[stack/web] ${message}`);
    expect(given).not.toMatch(/hunter22|4711/);
  });

  it('a token in the place of a secret is refused as one', () => {
    const token = new TerraformVariable(stack, 'token', { type: 'string' }).stringValue;
    expect(refusal(() => deploy({ secrets: { token: any(token) } }))).toContain('secrets.token: got a Terraform token');
  });

  it('a token is refused where a literal is needed', () => {
    const owner = new TerraformVariable(stack, 'owner', { type: 'string' }).stringValue;
    expect(refused({ owner })).toContain('secrets.token.owner: got a Terraform token, expected a literal');
  });

  it.each<[string, { [name: string]: Secret }, string]>([
    ['a name that leads out', { '../x': { source, version: '1' } }, 'secrets: got "../x", expected a name'],
    [
      'two names that differ by case',
      { token: { source, version: '1' }, Token: { source, version: '1' } },
      'secrets: got "token" and "Token", expected names that differ by more than upper and lower case',
    ],
    ['a list', any(['token']), 'secrets: got a list of 1, expected a plain object'],
  ])('%s is refused', (_, secrets, message) => {
    expect(refusal(() => deploy({ secrets }))).toContain(`[stack/web] ${message}`);
  });

  it('a secret in memory is refused when the system runs only after a restart', () => {
    const secrets = { token: { source, version: '1', storage: SecretStorage.MEMORY } };
    expect(refusal(() => deploy({ secrets, goal: DeploymentGoal.BOOT }))).toBe(
      '[stack/web] secrets.token.storage: got SecretStorage.MEMORY for a system that runs only after a restart, ' +
        'expected a secret that outlives the restart; use SecretStorage.KEPT, or DeploymentGoal.SWITCH',
    );
    expect(() => deploy({ secrets, goal: DeploymentGoal.SWITCH }, 'switched')).not.toThrow();
    const kept = { token: { source, version: '1' } };
    expect(() => deploy({ secrets: kept, goal: DeploymentGoal.BOOT }, 'kept')).not.toThrow();
  });
});

describe('a file that is not encrypted as it is said to be is refused', () => {
  const sops = (file: string, key: string | string[]) => refused({ source: SecretSource.sops(file, key) });

  function plain(name: string, text: string): string {
    const file = path.join(project.directory, name);
    writeFileSync(file, text);
    return file;
  }

  it('a missing file is refused', () => {
    const given = refused({ source: SecretSource.age('missing.age') });
    expect(given).toContain('secrets.token.source: got file "missing.age" (ENOENT), expected a readable file');
  });

  it.each([
    ['yaml', 'token: hunter22\n'],
    ['json', '{"token":"hunter22"}'],
    ['env', 'token=hunter22\n'],
    ['yaml', 'token: [hunter22\n'],
  ])('a plain .%s file is refused as a sops file, and not shown', (type, text) => {
    const message = sops(plain(`plain.${type}`, text), 'token');
    expect(message).toContain('got a file without the metadata of sops (file "');
    expect(message).not.toContain('hunter22');
  });

  it('a plain file is refused as an age file', () => {
    const message = refused({ source: SecretSource.age(plain('plain.age', 'hunter22')) });
    expect(message).toContain(
      'plain.age", which does not begin as an age file does, expected a file that age encrypted',
    );
  });

  it.each<[string, string | string[], string]>([
    ['is missing', 'tokn', 'got the entry "tokn" (file "'],
    ['has entries itself', 'database', 'got the entry "database", which has entries itself (file "'],
    ['is a list', ['database', 'users'], 'got the entry "database"."users", which has entries itself (file "'],
    ['is not encrypted', 'port_unencrypted', 'got the entry "port_unencrypted", which is not encrypted (file "'],
    ['is part of the metadata', ['sops', 'version'], 'got the entry "sops"."version", which is not encrypted (file "'],
    ['every object has', 'constructor', 'got the entry "constructor" (file "'],
  ])('an entry that %s is refused', (_, key, message) => {
    expect(sops(fixture('fleet.yaml'), key)).toContain(`secrets.token.source: ${message}`);
  });

  it('a missing entry is refused with the names that exist', () => {
    expect(sops(fixture('fleet.yaml'), 'tokn')).toContain(
      'expected an entry of the file (at the top: token, database, port_unencrypted); correct the key',
    );
  });
});
