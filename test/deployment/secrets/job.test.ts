import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SecretSource } from '../../../lib/secret-source';
import { SecretStorage } from '../../../lib/secret-storage';
import { jobIn } from '../../support/job-text';
import { project, useProject } from '../../support/project';
import { deploy, fixture, resource } from './support/deploy';

useProject();
afterEach(() => void vi.restoreAllMocks());

const DEFAULTS = { storage: 'kept', owner: 'root', group: 'root', mode: '0400', restartUnits: [], reloadUnits: [] };

function secretsOf(id?: string): any {
  return jobIn(resource(id)).secrets;
}

describe('the secrets of a job', () => {
  it('a job without secrets has no member for them', () => {
    deploy({});
    deploy({ secrets: {} }, 'empty');
    expect(jobIn(resource())).not.toHaveProperty('secrets');
    expect(jobIn(resource('empty'))).not.toHaveProperty('secrets');
  });

  it('a job says where each secret is read, what stands for its content, and what the host does with it', () => {
    deploy({
      secrets: {
        command: { source: SecretSource.command(['pass', 'api ${token}']), version: '2026-11' },
        variable: {
          source: SecretSource.environment('TOKEN'),
          version: '1',
          storage: SecretStorage.MEMORY,
          owner: 'billing',
          group: 'billing',
          mode: '0440',
          restartUnits: ['billing.service'],
          reloadUnits: ['nginx.service'],
        },
      },
    });
    expect(secretsOf()).toEqual({
      command: { origin: { kind: 'command', argv: ['pass', 'api ${token}'] }, revision: '2026-11', ...DEFAULTS },
      variable: {
        origin: { kind: 'environment', name: 'TOKEN' },
        revision: '1',
        storage: 'memory',
        owner: 'billing',
        group: 'billing',
        mode: '0440',
        restartUnits: ['billing.service'],
        reloadUnits: ['nginx.service'],
      },
    });
  });

  it('the ciphertext stands for an encrypted secret, after the version if there is one', () => {
    const source = SecretSource.sops(fixture('fleet.yaml'), ['database', 'password']);
    deploy({ secrets: { token: { source } } });
    deploy({ secrets: { token: { source, version: '2' } } }, 'versioned');
    const { origin, revision } = secretsOf().token;
    expect(origin).toEqual({ kind: 'sops', file: fixture('fleet.yaml'), key: ['database', 'password'] });
    expect(revision).toMatch(/^[0-9a-f]{64}$/);
    expect(secretsOf('versioned').token.revision).toBe(`2 ${revision}`);
  });

  it('a file of the project is given relative to the folder of the stack, others stay as they are', () => {
    const app = path.join(project.directory, 'app');
    mkdirSync(path.join(app, 'below'), { recursive: true });
    for (const file of ['cdktf.json', 'token.age']) writeFileSync(path.join(app, file), 'age-encryption.org/v1\n');
    vi.spyOn(process, 'cwd').mockReturnValue(path.join(app, 'below'));
    const identities = ['keys/me', '~/.ssh/id_ed25519', '/etc/key'];
    deploy({
      secrets: {
        encrypted: { source: SecretSource.age('token.age', identities) },
        home: { source: SecretSource.file('~/token'), version: '1' },
        absolute: { source: SecretSource.file('/secret/token'), version: '1' },
      },
    });
    const { encrypted, home, absolute } = secretsOf();
    expect(encrypted.origin).toEqual({
      kind: 'age',
      file: '../../../app/token.age',
      identityFiles: ['../../../app/keys/me', '~/.ssh/id_ed25519', '/etc/key'],
    });
    expect([home.origin.file, absolute.origin.file]).toEqual(['~/token', '/secret/token']);
  });

  it('the ciphertext of a file in the home directory is found', () => {
    writeFileSync(path.join(project.directory, 'token.age'), 'age-encryption.org/v1\n');
    vi.stubEnv('HOME', project.directory);
    deploy({ secrets: { token: { source: SecretSource.age('~/token.age') } } });
    vi.unstubAllEnvs();
    expect(secretsOf().token.revision).toMatch(/^[0-9a-f]{64}$/);
  });
});
