import { TerraformVariable } from 'cdktf';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SecretSource } from '../../../lib/secret-source';
import { stack, useProject } from '../../support/project';
import { refusal } from '../../support/refusal';
import { deploy } from './support/deploy';

const TOKEN = 'ghp_0123456789';

useProject();
beforeEach(() => void vi.stubEnv('API_TOKEN', `${TOKEN}\n`));
afterEach(() => void vi.unstubAllEnvs());

const secrets = { token: { source: SecretSource.environment('API_TOKEN'), version: '1' } };

it('a trigger with a secret of the environment in it is refused, and not shown', () => {
  expect(refusal(() => deploy({ secrets, triggers: { day: 'monday', token: `token=${TOKEN}` } }))).toBe(
    '[stack/web] triggers.token: got a text with the secret token in it (not shown), expected a text that may be in the ' +
      'state; take it out, and change secrets.token.version when the secret changes',
  );
});

it('a version with a secret of the environment in it is refused, and not shown', () => {
  expect(refusal(() => deploy({ secrets: { token: { ...secrets.token, version: TOKEN } } }))).toBe(
    '[stack/web] secrets.token.version: got a text with the secret token in it (not shown), expected a text that may be ' +
      'in the state; take it out, and change secrets.token.version when the secret changes',
  );
});

it('other triggers are accepted, and so is a secret that is short or not set at synth', () => {
  const variable = new TerraformVariable(stack, 'release', { type: 'string' }).stringValue;
  expect(() => deploy({ secrets, triggers: { day: 'monday', release: variable } }, 'other')).not.toThrow();
  vi.stubEnv('API_TOKEN', 'short');
  expect(() => deploy({ secrets, triggers: { day: 'a short text' } }, 'short')).not.toThrow();
  vi.stubEnv('API_TOKEN', undefined);
  expect(() => deploy({ secrets, triggers: { day: '' } }, 'unset')).not.toThrow();
});
