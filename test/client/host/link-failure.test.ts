import { describe, expect, it } from 'vitest';
import { LinkFailure } from '../../../lib/client/host/link-failure';

it('a host that tries fewer keys than the agent offers needs the right one, not one more', () => {
  const stderr = 'Received disconnect from 203.0.113.7 port 22:2: Too many authentication failures';
  expect(LinkFailure.fromStderr(stderr)).toMatchObject({
    kind: 'authentication',
    final: true,
    fix: expect.stringMatching(/^the ssh agent offers more keys than the host tries: set ssh.identityFile/) as string,
  });
});

it.each([
  [['No user exists for uid 54321'], /^give the user who applies an entry in \/etc\/passwd/],
  [['fork: Resource temporarily unavailable'], /^the machine that applies can start no further process/],
  [['ssh: error while loading shared libraries: libcrypto.so.3: cannot open'], /^repair OpenSSH on the machine/],
  [['OpenSSL version mismatch. Built against 30000020, you have 30200010'], /^repair OpenSSH on the machine/],
])('an ssh that fails on this machine is not waited for: %s', (lines, fix) => {
  const failure = LinkFailure.fromStderr(lines.join('\r\n'));
  expect(failure).toMatchObject({ kind: 'local', final: true, message: lines[0], meansAbsence: false });
  expect(failure.fix).toMatch(fix);
});

it('an ssh that cannot be started is recognised by the code of the operating system', () => {
  expect(LinkFailure.fromStderr('', 'EAGAIN')).toMatchObject({
    kind: 'local',
    message: 'ssh cannot be started: EAGAIN',
    fix: expect.stringContaining('-parallelism') as string,
  });
  expect(LinkFailure.fromStderr('', 'EPIPE').kind).toBe('closed');
});

it('a greeting of the host is not taken for a failure of this machine', () => {
  const lines = ['Welcome! No user exists for uid 54321', 'Connection closed by 203.0.113.7 port 22'];
  expect(LinkFailure.fromStderr(lines.join('\n')).kind).toBe('closed');
});

/** What OpenSSH printed in each case, the kind that it is, and whether trying again is of no use. */
const cases = [
  [
    'a host with another key',
    [
      '@@@@@@@@@@@@@@',
      '@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @',
      'The fingerprint for the ED25519 key sent by the remote host is',
      'SHA256:uN5PtpTa1vNTLc7diKaXsApI9E+jhfRQaMlUuLL55nc.',
      'Host key for 203.0.113.7 has changed and you have requested strict checking.',
      'Host key verification failed.',
    ],
    'host-key',
    true,
    'SHA256:uN5PtpTa1vNTLc7diKaXsApI9E+jhfRQaMlUuLL55nc; Host key for 203.0.113.7 has changed and you have requested strict checking; Host key verification failed',
  ],
  [
    'a host without a key of the pinned type',
    ['Unable to negotiate with 203.0.113.7 port 22: no matching host key type found. Their offer: ssh-rsa'],
    'host-key',
    true,
    'Unable to negotiate with 203.0.113.7 port 22: no matching host key type found. Their offer: ssh-rsa',
  ],
  [
    'a key that is not accepted',
    ['Welcome to Example Ltd.', 'root@203.0.113.7: Permission denied (publickey).'],
    'authentication',
    true,
    'root@203.0.113.7: Permission denied (publickey)',
  ],
  [
    'a private key that cannot be read',
    ['Load key "/tmp/x/identity-target": error in libcrypto', 'root@203.0.113.7: Permission denied (publickey).'],
    'authentication',
    true,
    'Load key "/tmp/x/identity-target": error in libcrypto; root@203.0.113.7: Permission denied (publickey)',
  ],
  [
    'a port where nobody listens',
    ['ssh: connect to host 203.0.113.7 port 22: Connection refused'],
    'refused',
    false,
    'ssh: connect to host 203.0.113.7 port 22: Connection refused',
  ],
  [
    'a host behind a jump host that is down',
    [
      'channel 0: open failed: connect failed: Connection refused',
      'stdio forwarding failed',
      'Connection closed by UNKNOWN port 65535',
    ],
    'refused',
    false,
    'channel 0: open failed: connect failed: Connection refused',
  ],
  [
    'a silent host',
    ['ssh: connect to host 203.0.113.7 port 22: Connection timed out'],
    'timeout',
    false,
    'ssh: connect to host 203.0.113.7 port 22: Connection timed out',
  ],
  [
    'a name that does not resolve',
    ['ssh: Could not resolve hostname web.invalid: Name or service not known'],
    'name',
    false,
    'ssh: Could not resolve hostname web.invalid: Name or service not known',
  ],
  [
    'a connection that ends',
    ['kex_exchange_identification: Connection closed by remote host'],
    'closed',
    false,
    'kex_exchange_identification: Connection closed by remote host',
  ],
  [
    'a configuration file with a wrong owner',
    ['Bad owner or permissions on /etc/ssh/ssh_config.d/20-systemd.conf'],
    'configuration',
    true,
    'Bad owner or permissions on /etc/ssh/ssh_config.d/20-systemd.conf',
  ],
  ['no word', [], 'closed', false, 'the connection was closed'],
] as const;

describe('a failed connection', () => {
  it.each(cases)('a failed connection is recognised: %s', (_title, lines, kind, final, message) => {
    const failure = LinkFailure.fromStderr(lines.join('\r\n'));
    expect({ kind: failure.kind, final: failure.final, message: failure.message }).toEqual({ kind, final, message });
  });
});
