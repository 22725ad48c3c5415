import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { refuseUnusableIdentities } from '../../../lib/client/host/ssh-identity';
import { connection } from '../support/job';
import { refusal } from '../../support/refusal';

describe('a private key', () => {
  let directory: string;
  let key: string;

  beforeAll(() => {
    directory = mkdtempSync(path.join(tmpdir(), "my key's "));
    key = path.join(directory, 'key');
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const text = readFileSync(key, 'utf8');
    const write = (name: string, content: string) =>
      writeFileSync(path.join(directory, name), content, { mode: 0o600 });
    write('crlf', text.replaceAll('\n', '\r\n'));
    write('cut', text.trimEnd());
    write('text', 'hello\n');
    write('key.ppk', 'PuTTY-User-Key-File-3: ssh-ed25519\n');
    write('open', text);
    chmodSync(path.join(directory, 'open'), 0o644);
    mkdirSync(path.join(directory, 'directory'));
  });

  afterAll(() => rmSync(directory, { recursive: true }));

  const check = (identityFile: string | undefined, environment = {}) =>
    refuseUnusableIdentities('fleet/web', connection({ identityFile }), environment);

  it('a private key that ssh can use is accepted', () => {
    expect(() => check(key)).not.toThrow();
  });

  it.each([
    ['missing', 'there is no such file on the machine that applies'],
    ['directory', 'this is not a regular file; give the file itself'],
    [
      'key.pub',
      'this is a public key, which chooses a key of the ssh agent, and SSH_AUTH_SOCK is not set: ' +
        'give the file without .pub, or start an agent that has the private key',
    ],
    ['key.ppk', 'convert it: puttygen key.ppk -O private-openssh -o key'],
    ['text', 'the file does not hold a private key'],
    ['crlf', 'the file has Windows line endings, which ssh does not read; convert them'],
    ['cut', 'the file does not end with a line break, which ssh requires; add one'],
  ])('the private key %s is refused before anything is contacted', (name, fix) => {
    const file = path.join(directory, name);
    expect(() => check(file)).toThrow(
      `[fleet/web] ssh.identityFile: got ${JSON.stringify(file)}, expected a private key that ssh can use; ${fix}`,
    );
  });

  it('a public key is accepted beside an agent, whoever can read it', () => {
    const file = path.join(directory, 'key.pub');
    chmodSync(file, 0o644);
    expect(() => check(file, { SSH_AUTH_SOCK: key })).not.toThrow();
    expect(() => check(file, { SSH_AUTH_SOCK: path.join(directory, 'gone') })).toThrow('SSH_AUTH_SOCK is gone: ');
  });

  /** Runs the command that a refusal ends with, which may go on in brackets. */
  const obey = (file: string, before: string, environment = {}) => {
    const message = refusal(() => check(file, environment));
    const command = message.slice(message.indexOf(before) + before.length).replace(/ \([^)]*\)$/, '');
    return spawnSync('sh', ['-c', command], { env: { ...process.env, ...environment } }).status;
  };

  it('a private key that others can read is refused, as by ssh, and the command of the message cures it', () => {
    const file = path.join(directory, 'open');
    expect(() => check(file)).toThrow("others can read the file, so ssh refuses it; chmod 600 '");
    expect(obey(file, 'ssh refuses it; ')).toBe(0);
    expect(() => check(file)).not.toThrow();
  });

  describe('that needs a passphrase', () => {
    let socket: string;
    let agent: number;

    beforeAll(() => {
      socket = path.join(directory, 'agent');
      const { stdout } = spawnSync('ssh-agent', ['-a', socket], { encoding: 'utf8' });
      agent = Number(/SSH_AGENT_PID=(\d+)/.exec(stdout)?.[1]);
      for (const name of ['held', 'other'])
        spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path.join(directory, name)]);
      spawnSync('ssh-keygen', ['-q', '-t', 'rsa', '-m', 'PEM', '-N', '', '-f', path.join(directory, 'pem')]);
    });

    afterAll(() => process.kill(agent));
    beforeEach(() => vi.stubEnv('SSH_AUTH_SOCK', socket));
    afterEach(() => vi.unstubAllEnvs());

    const sshAdd = (...args: string[]) =>
      spawnSync('ssh-add', args, { env: { ...process.env, SSH_AUTH_SOCK: socket } }).status;
    const protect = (file: string) => spawnSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'secret words', '-f', file]);

    it.each(['other', 'pem'])('a key with a passphrase is refused unless an agent holds it: %s', (name) => {
      const file = path.join(directory, name);
      protect(file);
      const fix = "the key is protected by a passphrase, so an agent must hold it: ssh-add '";
      expect(() => check(file)).toThrow(`SSH_AUTH_SOCK is not set: ${fix}`);
      expect(() => check(file, { SSH_AUTH_SOCK: socket })).toThrow(fix);
      expect(() => check(file, { SSH_AUTH_SOCK: socket })).toThrow(' (the agent of SSH_AUTH_SOCK does not)');
    });

    it('the command of the message adds a key with a passphrase to the agent', () => {
      const file = path.join(directory, 'added');
      spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret words', '-f', file]);
      const ask = path.join(directory, 'ask');
      writeFileSync(ask, '#!/bin/sh\necho secret words\n', { mode: 0o755 });
      const environment = { SSH_AUTH_SOCK: socket, SSH_ASKPASS: ask, SSH_ASKPASS_REQUIRE: 'force' };
      expect(obey(file, 'an agent must hold it: ', environment)).toBe(0);
      expect(() => check(file, environment)).not.toThrow();
    });

    it('a key with a passphrase is accepted when the agent holds it', () => {
      const file = path.join(directory, 'held');
      expect(sshAdd(file)).toBe(0);
      protect(file);
      expect(() => check(file, { SSH_AUTH_SOCK: socket })).not.toThrow();
      expect(() => check(path.join(directory, 'other'), { SSH_AUTH_SOCK: socket })).toThrow('ssh-add');
    });
  });

  it('a deployment without a private key needs an agent', () => {
    expect(() => check(undefined)).toThrow(
      '[fleet/web] ssh.identityFile: got nothing, expected a private key that ssh can use; SSH_AUTH_SOCK is not set: give identityFile, or start an agent and add the key (ssh-add)',
    );
    const gone = { SSH_AUTH_SOCK: path.join(directory, 'gone') };
    expect(() => check(undefined, gone)).toThrow('the ssh agent of SSH_AUTH_SOCK is gone');
    expect(() => check(undefined, { SSH_AUTH_SOCK: key })).not.toThrow();
  });

  it('a deployment also checks the private key of a jump host', () => {
    const jump = { ...connection(), identityFile: path.join(directory, 'missing') };
    const jumping = connection({ identityFile: key, jumpHosts: [jump] });
    expect(() => refuseUnusableIdentities('fleet/web', jumping, {})).toThrow(
      '[fleet/web] ssh.jumpHosts[0].identityFile: got ',
    );
  });
});
