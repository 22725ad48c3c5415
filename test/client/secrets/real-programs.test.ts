import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readSecret } from '../../../lib/client/secrets/reader';
import { Unreadable } from '../../../lib/client/secrets/unreadable';
import type { SecretOrigin } from '../../../lib/job/secret-fields';
import { describeUnless } from '../../support/describe-unless';
import { PATH_WITH_SECRET_PROGRAMS, secretProgramsMissing } from '../../support/secret-programs';

describeUnless(secretProgramsMissing(['age', 'age-keygen']), "the user's own sops and age", () => {
  let home: string;
  let key: string;
  let recipient: string;

  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'home-'));
    vi.stubEnv('PATH', PATH_WITH_SECRET_PROGRAMS);
    vi.stubEnv('HOME', home);
    vi.stubEnv('XDG_CONFIG_HOME', undefined);
    key = path.join(home, 'key.txt');
    run('age-keygen', ['-o', key]);
    recipient = run('age-keygen', ['-y', key]).toString().trim();
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(home, { recursive: true });
  });

  function run(program: string, args: readonly string[], input: Buffer | string = ''): Buffer {
    return execFileSync(program, args, { input, stdio: ['pipe', 'pipe', 'pipe'], env: process.env });
  }

  const read = (origin: SecretOrigin) => readSecret(origin, process.env);
  const failureOf = (origin: SecretOrigin) =>
    read(origin).then(
      () => undefined,
      (error: unknown) => (error instanceof Unreadable ? error : undefined),
    );

  describeUnless(secretProgramsMissing(['sops']), 'sops', () => {
    beforeEach(() => vi.stubEnv('SOPS_AGE_KEY_FILE', key));

    function encrypted(name: string, content: string): string {
      const file = path.join(home, name);
      writeFileSync(file, content);
      run('sops', ['encrypt', '--age', recipient, '--in-place', file]);
      return file;
    }

    it.each([
      ['a.yaml', 'db:\n  the password: "päss\\tword"\n', ['db', 'the password'], 'päss\tword'],
      ['a.yaml', 'key: |\n  one\n  two\n', ['key'], 'one\ntwo\n'],
      ['a.json', '{"token": "a \\"b\\" c"}', ['token'], 'a "b" c'],
      ['a.env', 'OTHER=1\nTOKEN=a b\n', ['TOKEN'], 'a b'],
    ])('an entry of %s is read without anything around it', async (name, content, entry, secret) => {
      const file = encrypted(name, content);
      expect((await read({ kind: 'sops', file, key: entry })).toString()).toBe(secret);
    });

    it('sops without the key of the user says why', async () => {
      const file = encrypted('a.yaml', 'token: hunter2hunter2\n');
      vi.stubEnv('SOPS_AGE_KEY_FILE', undefined);
      const failure = await failureOf({ kind: 'sops', file, key: ['token'] });
      expect(failure?.problem.given).toBe('the program "sops", which ended with status 128');
      expect(failure?.details.stderr).toContain('failed to load age identities');
    });

    it('sops says that an entry is missing', async () => {
      const file = encrypted('a.yaml', 'token: hunter2hunter2\n');
      const failure = await failureOf({ kind: 'sops', file, key: ['tokem'] });
      expect(failure?.details.stderr).toContain("component ['tokem'] not found");
    });
  });

  describe('age', () => {
    const bytes = Buffer.from([0, 255, 10, 10]);

    function encrypted(...recipients: string[]): string {
      const file = path.join(home, 'token.age');
      run('age', [...recipients, '-o', file], bytes);
      return file;
    }

    it('a file is decrypted byte for byte, with the identity that is named', async () => {
      const file = encrypted('-r', recipient);
      expect(await read({ kind: 'age', file, identityFiles: ['~/key.txt'] })).toEqual(bytes);
    });

    it("a file is decrypted with the user's key of ssh, if no identity is named", async () => {
      mkdirSync(path.join(home, '.ssh'));
      const identity = path.join(home, '.ssh', 'id_ed25519');
      run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', identity]);
      const file = encrypted('-R', `${identity}.pub`);
      expect(await read({ kind: 'age', file, identityFiles: [] })).toEqual(bytes);
    });

    it('age says that no identity fits', async () => {
      const other = path.join(home, 'other.txt');
      run('age-keygen', ['-o', other]);
      const failure = await failureOf({ kind: 'age', file: encrypted('-r', recipient), identityFiles: [other] });
      expect(failure?.problem.given).toBe('the program "age", which ended with status 1');
      expect(failure?.details.stderr).toContain('no identity matched any of the recipients');
    });

    it('age cannot ask for the passphrase of an identity: it has no terminal', async () => {
      mkdirSync(path.join(home, '.ssh'));
      const identity = path.join(home, '.ssh', 'id_ed25519');
      run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'passphrase', '-f', identity]);
      const failure = await failureOf({
        kind: 'age',
        file: encrypted('-R', `${identity}.pub`),
        identityFiles: [identity],
      });
      expect(failure?.details.stderr).toContain('/dev/tty is not available');
    });
  });
});
