import { describe, expect, it } from 'vitest';
import { NixosModule } from '../../../lib/nixos-module';
import { SecretSource } from '../../../lib/secret-source';
import { evaluatedConfiguration } from '../../support/configuration';
import { project, useProject } from '../../support/project';
import { refusal } from '../../support/refusal';
import { deploy, resource, secretsModule } from './support/deploy';

useProject();

const secret = { source: SecretSource.environment('TOKEN'), version: '1' };
const declaring = (...names: string[]) =>
  evaluatedConfiguration({ 'cdktf-nixos': { secrets: Object.fromEntries(names.map((name) => [name, {}])) } }).extend({
    modules: [NixosModule.fromFile(secretsModule.file, { root: secretsModule.root })],
  });
const warnings = () => project.annotations().map(({ message }) => message);

describe('the names of secrets', () => {
  it('a deployment has the secrets that the configuration declares', () => {
    deploy({ configuration: declaring('token', 'a.b'), secrets: { token: secret, 'a.b': secret } });
    expect(Object.keys(JSON.parse(resource().triggers.secrets))).toEqual(['a.b', 'token']);
    expect(warnings()).toEqual([]);
  });

  it('a secret that the configuration does not declare is refused by its name', () => {
    deploy({ configuration: declaring('token'), secrets: { tokn: secret, token: secret, 'a.b': secret } });
    const problems = refusal(() => project.synth());
    expect(problems).toContain(
      '[stack/web] secrets: got "tokn", expected secrets that the configuration declares (token); did you mean token? ' +
        'otherwise declare it in the configuration: cdktf-nixos.secrets.tokn = { };',
    );
    expect(problems).toContain('declare it in the configuration: cdktf-nixos.secrets."a.b" = { };');
  });

  it.each([[[]], [['token']]])('a declared secret is refused when only these are given: %j', (names: string[]) => {
    const secrets = Object.fromEntries(names.map((name) => [name, secret]));
    deploy({ configuration: declaring('token', 'key'), secrets });
    expect(refusal(() => project.synth())).toContain(
      '[stack/web] secrets: got no "key", expected every secret that the configuration declares (cdktf-nixos.secrets): ' +
        'units that require it would not start; give its source, or take it out of the configuration',
    );
  });

  it('secrets are not checked, with a warning, when the configuration does not import the module', () => {
    deploy({ configuration: evaluatedConfiguration({}), secrets: { token: secret } });
    deploy({ configuration: evaluatedConfiguration({}) }, 'without');
    project.synth();
    expect(warnings()).toEqual([
      expect.stringContaining('secrets are given to a configuration without the option cdktf-nixos.secrets'),
    ]);
  });

  it('a configuration from a store path is not checked', () => {
    deploy({ secrets: { token: secret } });
    expect(resource().triggers).toHaveProperty('secrets');
    expect(warnings()).toEqual([]);
  });
});
