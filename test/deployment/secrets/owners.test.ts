import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { NixosModule } from '../../../lib/nixos-module';
import { SecretSource } from '../../../lib/secret-source';
import { evaluatedConfiguration } from '../../support/configuration';
import { project, useProject } from '../../support/project';
import { deploy } from './support/deploy';

useProject();

const secret = (owner: string, group: string) => ({
  source: SecretSource.environment('TOKEN'),
  version: '1',
  owner,
  group,
});
const module = path.join(__dirname, 'support', 'groups.nix');
const groups = { ops: {}, renamed: { name: 'shop' }, old: { enable: false } };

/** A configuration with the user `billing` and the groups `ops` and `shop`. */
const configured = () =>
  evaluatedConfiguration({ users: { users: { billing: {} }, groups } }).extend({
    modules: [NixosModule.fromFile(module, { root: path.dirname(module) })],
  });

/** What synth says of owners. */
function warnings(secrets: { [name: string]: ReturnType<typeof secret> }, configuration = configured()): string[] {
  deploy({ configuration, secrets });
  project.synth();
  const all = project.annotations().map(({ message }) => message);
  return all.filter((message) => !message.includes('the option cdktf-nixos.secrets'));
}

const unknown = (at: string, name: string, list: string) =>
  `secrets.${at}: the configuration does not declare "${name}" in users.${list}, and a host that does not know it rolls back`;

describe('the owners of secrets', () => {
  it('users and groups of the configuration, root and numbers get no warning', () => {
    const secrets = { a: secret('billing', 'ops'), b: secret('root', 'shop'), c: secret('1000', '0') };
    expect(warnings(secrets)).toEqual([]);
  });

  it('a user that the configuration does not declare gets a warning with the name that was meant', () => {
    expect(warnings({ a: secret('biling', 'root') })).toEqual([
      `${unknown('a.owner', 'biling', 'users')}; did you mean billing?`,
    ]);
  });

  it.each(['billing', 'renamed', 'old'])('a group that the configuration does not make gets a warning: %s', (group) => {
    expect(warnings({ a: secret('billing', group) })).toEqual([
      `${unknown('a.group', group, 'groups')}; correct it if it is misspelt, or declare it`,
    ]);
  });

  it('owners are not checked where the configuration has no users or no groups', () => {
    expect(warnings({ a: secret('biling', 'opps') }, evaluatedConfiguration({}))).toEqual([]);
  });
});
