import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootstrapKey, Ed25519Key, fingerprint } from '../../../../lib/client/jobs/first-contact/ed25519';

const SEED = '3d2cebb8-a685-5a03-ca7e-9e1c053488d8-7475cf43-5884-e3ca-029e-f0ec55d44874';

describe('keys of the first contact', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'keys-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  const keygen = (...args: string[]) => execFileSync('ssh-keygen', args, { encoding: 'utf8' }).trim();
  function made(name: string, ...args: string[]) {
    const file = path.join(folder, name);
    keygen('-q', '-t', 'ed25519', '-N', '', '-C', 'a comment', '-f', file, ...args);
    const [type, base64] = readFileSync(`${file}.pub`, 'utf8').split(' ');
    return { text: readFileSync(file, 'latin1'), publicKey: `${type} ${base64}` };
  }

  it('the bootstrap key is the one that the host makes of the seed', () => {
    expect(bootstrapKey(SEED)).toBe('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBNcoYhwwDYluF/IrKSEr8lFRmLyEeeDj7gYMIs3wDZ3');
  });

  it('a fingerprint is written as ssh writes it', () => {
    expect(fingerprint(bootstrapKey(SEED))).toBe('SHA256:aLDPH8Ynjv2VsGEakO/xedusRVU9cfT0FZImR3HQAEk');
  });

  it.each([
    ['as it is', (text: string) => text],
    ['without its last line break', (text: string) => text.trimEnd()],
    ['with the line ends of Windows', (text: string) => text.replaceAll('\n', '\r\n')],
  ])('a key of ssh-keygen is read %s, and written so that ssh reads it', (name, change) => {
    const { text, publicKey } = made(name.replaceAll(' ', '-'));
    const key = Ed25519Key.parse(change(text))!;
    expect(key.publicKey).toBe(publicKey);
    const file = path.join(folder, 'written');
    writeFileSync(file, key.file, { mode: 0o600 });
    expect(keygen('-y', '-f', file)).toBe(publicKey);
  });

  it('a key with a passphrase, of another type, cut off, or no key at all is not read', () => {
    const { text } = made('whole');
    const withPassphrase = path.join(folder, 'protected');
    keygen('-q', '-t', 'ed25519', '-N', 'secret', '-f', withPassphrase);
    const other = path.join(folder, 'ecdsa');
    keygen('-q', '-t', 'ecdsa', '-N', '', '-f', other);
    const lines = text.split('\n');
    const cut = [...lines.slice(0, 3), ...lines.slice(-2)].join('\n');
    const texts = [readFileSync(withPassphrase, 'latin1'), readFileSync(other, 'latin1'), cut, '', 'a password'];
    expect(texts.map((given) => Ed25519Key.parse(given))).toEqual(texts.map(() => undefined));
  });
});
