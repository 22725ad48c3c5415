import { describe, expect, it } from 'vitest';
import { normalizedPublicKey, publicKeyProblem } from '../../lib/validation/public-key';
import { ecdsa, ed25519, publicKey, rsa } from '../support/public-keys';

const CUT = 'the key is cut off; copy the whole line';
const KNOWN_HOSTS =
  'this is a line of a known_hosts file: give the key without the host, or use HostKeys.fromKnownHostsFile';

describe('anything but exactly one public key', () => {
  it.each([
    ['', 'give the content of a .pub file'],
    [ed25519().slice(0, -4), CUT],
    [ed25519().slice(0, -5), 'the key is cut off or not base64; copy the whole line'],
    ['ssh-ed25519', 'the key is cut off or not base64; copy the whole line'],
    [publicKey('ssh-ed25519', Buffer.alloc(31)), CUT],
    [publicKey('ssh-ed25519', Buffer.alloc(32), Buffer.alloc(1)), CUT],
    [publicKey('ssh-rsa', Buffer.from([1, 0, 1])), CUT],
    [`ssh-ed25519 ${rsa.split(' ')[1]}`, 'the key is of type "ssh-rsa"; copy the line again'],
    [`${ed25519(1)}\n${ed25519(2)}`, 'give each key as an element of its own'],
    [`${ed25519()} me\n* ${ed25519(2)}`, 'give each key as an element of its own'],
    [`* ${ed25519()}`, KNOWN_HOSTS],
    [`web.example ${ed25519()}`, KNOWN_HOSTS],
    [`@revoked * ${ed25519()}`, 'leave a revoked key out'],
    [`@cert-authority * ${ed25519()}`, 'use HostKeys.certificateAuthority with the key alone'],
    ['/etc/ssh/ssh_host_ed25519_key', 'give the content of the .pub file, not its path'],
    ['./web.pub', 'give the content of the .pub file, not its path'],
    [null, 'give the key as a string'],
  ])('the public key %j is refused', (key, fix) => {
    const expected = 'one SSH public key: <type> <base64>, for example "ssh-ed25519 AAAA..."';
    expect(publicKeyProblem(key)).toMatchObject({ expected, fix });
  });

  it.each(['ssh-dss AAAA', '__proto__ AAAA', 'constructor AAAA'])(
    'a key of an unsupported type is refused: %j',
    (key) => {
      expect(publicKeyProblem(key)?.fix).toBe(
        'supported types are ssh-ed25519, ssh-rsa, ecdsa-sha2-nistp256, ecdsa-sha2-nistp384, ecdsa-sha2-nistp521',
      );
    },
  );

  it.each([
    '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n',
    'b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ',
    '-----BEGIN RSA PRIVATE KEY-----\nMIIE',
    'PuTTY-User-Key-File-3: ssh-ed25519',
  ])('a private key is refused and not repeated in the message: %j', (key) => {
    expect(publicKeyProblem(key)).toMatchObject({
      given: 'a private key (not shown)',
      fix: 'give the public half (the file that ends in .pub), and replace this key if it was committed',
    });
  });
});

it.each([ed25519(), rsa, ecdsa, `${ed25519()} me@laptop`, `${ed25519()}\n`, `  ${ed25519()}\tme and you\r\n`])(
  'the key %j is accepted and loses its comment',
  (key) => {
    expect(publicKeyProblem(key)).toBeUndefined();
    expect(normalizedPublicKey(key)).toMatch(/^\S+ \S+$/);
    expect(key).toContain(normalizedPublicKey(key).split(' ')[1]);
  },
);
