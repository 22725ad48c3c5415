import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DataResource, TerraformVariable } from 'cdktf';
import { describe, expect, it } from 'vitest';
import { HostKeys } from '../lib/host-keys';
import type { MachineAttributes } from '../lib/nixos-machine';
import { NixosMachine } from '../lib/nixos-machine';
import { PrivilegeEscalation } from '../lib/privilege-escalation';
import type { SshOptions } from '../lib/ssh-options';
import { sshConnection } from '../lib/deployment/ssh-connection';
import { ecdsa, ed25519 } from './support/public-keys';
import { refusal } from './support/refusal';
import { project, stack, useProject } from './support/project';

const hostKeys = HostKeys.pinned([ed25519()]);
const PATH = '[stack/web]';
const KEY = 'one SSH public key: <type> <base64>, for example "ssh-ed25519 AAAA..."';
const ON_HOST = 'read it on the host itself from /etc/ssh/ssh_host_ed25519_key.pub';
const SECONDS = 'seconds: a whole number from 1 to 999999';

useProject();

function machine(attributes: Partial<MachineAttributes> = {}) {
  return NixosMachine.fromHost(stack, 'web', { host: '203.0.113.7', hostKeys, ...attributes });
}

describe('a wrong input is refused at synth with path, field, value, expectation and fix', () => {
  const refused: [string, Partial<MachineAttributes>, string][] = [
    [
      'an option of ssh as host',
      { host: '-oProxyCommand=x' },
      'host: got "-oProxyCommand=x", expected a host name, an IPv4 address or an IPv6 address; ' +
        'a host does not start with a dash; ssh options are not given here',
    ],
    [
      'an empty host',
      { host: '' },
      'host: got "", expected a host name, an IPv4 address or an IPv6 address; give the host that ssh dials',
    ],
    [
      'an empty identity',
      { identity: '' },
      'identity: got "", expected text that changes exactly when this is another machine or disk; ' +
        'give the id of the server, or leave it out to use the host',
    ],
    [
      'no host key',
      { hostKeys: HostKeys.pinned([]) },
      `hostKeys: got an empty list, expected at least one public key of the host; ${ON_HOST}`,
    ],
    [
      'a second host key that is cut off',
      { hostKeys: HostKeys.pinned([ed25519(), 'ssh-ed25519 AAAA']) },
      `hostKeys[1]: got "ssh-ed25519 AAAA", expected ${KEY}; the key is cut off; copy the whole line`,
    ],
    [
      'a private key as host key',
      { hostKeys: HostKeys.pinned(['-----BEGIN OPENSSH PRIVATE KEY-----']) },
      `hostKeys[0]: got a private key (not shown), expected ${KEY}; ` +
        'give the public half (the file that ends in .pub), and replace this key if it was committed',
    ],
    [
      'a line of known_hosts as authority',
      { hostKeys: HostKeys.certificateAuthority(`@cert-authority * ${ecdsa}`) },
      `hostKeys: got "@cert-authority * ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbm"... (${18 + ecdsa.length} characters), ` +
        `expected ${KEY}; use HostKeys.certificateAuthority with the key alone`,
    ],
    [
      'a known_hosts file that is not there',
      { hostKeys: HostKeys.fromKnownHostsFile('/nonexistent/known_hosts') },
      'hostKeys: got known_hosts file "/nonexistent/known_hosts" (ENOENT), expected a readable file; ' +
        'give its path relative to the directory of cdktf.json, or an absolute one',
    ],
    [
      'an option of ssh as user',
      { ssh: { user: '-l' } },
      'ssh.user: got "-l", expected a user name: 1 to 32 letters, digits, underscores, dots and dashes that do not ' +
        'start with a dash or a dot; give the name of the user that logs in on the host',
    ],
    [
      'a port out of range',
      { ssh: { port: 65536 } },
      'ssh.port: got 65536, expected a port: a whole number from 1 to 65535; give the port that sshd listens on',
    ],
    [
      'a port as text',
      { ssh: { port: '22;x' as unknown as number } },
      'ssh.port: got "22;x", expected a port: a whole number from 1 to 65535; give a number, not a string',
    ],
    [
      'a relative identity file',
      { ssh: { identityFile: 'key' } },
      'ssh.identityFile: got "key", expected the path of a private key: absolute, or starting with ~/; a relative path ' +
        'would depend on the directory that Terraform runs in; give an absolute one or start with ~/',
    ],
    [
      'a limit of no time',
      { ssh: { connectTimeoutSeconds: 0 } },
      `ssh.connectTimeoutSeconds: got 0, expected ${SECONDS}; give the limit in seconds`,
    ],
    [
      'a limit with a unit',
      { ssh: { bootTimeoutSeconds: '10s' as unknown as number } },
      `ssh.bootTimeoutSeconds: got "10s", expected ${SECONDS}; give a number without a unit`,
    ],
    [
      'a user who cannot become root',
      { ssh: { user: 'deploy' } },
      'ssh.privilegeEscalation: got nothing, expected how the user "deploy" becomes root; give ' +
        'PrivilegeEscalation.SUDO, or PrivilegeEscalation.NONE for a user with the uid of root',
    ],
    [
      'an escalation as a word, as JSON has it',
      { ssh: { user: 'deploy', privilegeEscalation: 'sudo' as never } },
      'ssh.privilegeEscalation: got "sudo", expected a constant of the class PrivilegeEscalation; ' +
        'write PrivilegeEscalation.SUDO',
    ],
    [
      'an escalation that does not exist',
      { ssh: { user: 'deploy', privilegeEscalation: 'pkexec' as never } },
      'ssh.privilegeEscalation: got "pkexec", expected a constant of the class PrivilegeEscalation; ' +
        'write PrivilegeEscalation.NONE or PrivilegeEscalation.SUDO or PrivilegeEscalation.DOAS or PrivilegeEscalation.RUN0',
    ],
    [
      'a jump host with a user in its host',
      {
        ssh: {
          jumpHosts: [
            { host: 'a', hostKeys },
            { host: 'me@bastion', hostKeys },
          ],
        },
      },
      'ssh.jumpHosts[1].host: got "me@bastion", expected a host name, an IPv4 address or an IPv6 address; ' +
        'give the host alone and the user as `user` in the ssh options',
    ],
    [
      'a jump host without a key',
      { ssh: { jumpHosts: [{ host: 'bastion', hostKeys: HostKeys.pinned([]) }] } },
      `ssh.jumpHosts[0].hostKeys: got an empty list, expected at least one public key of the host; ${ON_HOST}`,
    ],
    [
      'a jump host with a port that is none',
      { ssh: { jumpHosts: [{ host: 'bastion', hostKeys, port: NaN }] } },
      'ssh.jumpHosts[0].port: got NaN, expected a port: a whole number from 1 to 65535; ' +
        'give the port that sshd listens on',
    ],
  ];

  it.each(refused)('NixosMachine refuses %s', (_, attributes, message) => {
    expect(refusal(() => machine(attributes))).toBe(`${PATH} ${message}`);
  });

  it('NixosMachine refuses a limit that is known only at apply', () => {
    const limit = new TerraformVariable(stack, 'limit', { type: 'number' }).numberValue;
    expect(refusal(() => machine({ ssh: { connectTimeoutSeconds: limit } }))).toBe(
      `${PATH} ssh.connectTimeoutSeconds: got a Terraform token, expected a literal; ` +
        'give the value itself: it is needed at synth, and a token has its value only at apply',
    );
  });

  it('NixosMachine refuses a known_hosts file for a host that is known only at apply', () => {
    const host = new TerraformVariable(stack, 'host', { type: 'string' }).stringValue;
    expect(refusal(() => machine({ host, hostKeys: HostKeys.fromKnownHostsFile('known_hosts') }))).toBe(
      `${PATH} hostKeys: got known_hosts file "known_hosts" for a host or port that is known only at apply, ` +
        'expected a literal host and port; use HostKeys.pinned or HostKeys.certificateAuthority',
    );
  });
});

it('a host, user, port and key that are known only at apply are accepted', () => {
  const text = new TerraformVariable(stack, 'text', { type: 'string' }).stringValue;
  const port = new TerraformVariable(stack, 'port', { type: 'number' }).numberValue;
  const ssh = { user: text, port, identityFile: text, jumpHosts: [{ host: text, hostKeys, user: text, port }] };
  const keys = HostKeys.pinned([text, ed25519()]);
  expect(sshConnection(machine({ host: text, identity: text, hostKeys: keys, ssh }))).toMatchObject({
    host: text,
    user: text,
    port,
    hostKeys: [{ publicKey: text }, { publicKey: ed25519() }],
  });
});

it('every option has its default', () => {
  expect(sshConnection(machine())).toEqual({
    host: '203.0.113.7',
    user: 'root',
    port: 22,
    hostKeys: [{ publicKey: ed25519(), certificateAuthority: false }],
    identityFile: undefined,
    jumpHosts: [],
    privilegeEscalation: 'none',
    connectTimeoutSeconds: 10,
    bootTimeoutSeconds: 120,
  });
});

it('every option reaches the connection, jump hosts with keys of their own', () => {
  const ssh: SshOptions = {
    user: 'deploy',
    port: 2222,
    identityFile: '~/.ssh/deploy',
    jumpHosts: [
      { host: 'bastion', hostKeys: HostKeys.certificateAuthority(`${ecdsa} the CA`), user: 'jump', port: 443 },
      { host: '2001:db8::2', hostKeys: HostKeys.pinned([ed25519(2)]), identityFile: '/keys/jump' },
    ],
    privilegeEscalation: PrivilegeEscalation.SUDO,
    connectTimeoutSeconds: 5,
    bootTimeoutSeconds: 600,
  };
  const keys = [{ publicKey: ed25519(2), certificateAuthority: false }];
  const authority = [{ publicKey: ecdsa, certificateAuthority: true }];
  expect(sshConnection(machine({ ssh }))).toEqual({
    host: '203.0.113.7',
    user: 'deploy',
    port: 2222,
    hostKeys: [{ publicKey: ed25519(), certificateAuthority: false }],
    identityFile: '~/.ssh/deploy',
    jumpHosts: [
      { host: 'bastion', user: 'jump', port: 443, hostKeys: authority, identityFile: undefined },
      { host: '2001:db8::2', user: 'root', port: 22, hostKeys: keys, identityFile: '/keys/jump' },
    ],
    privilegeEscalation: 'sudo',
    connectTimeoutSeconds: 5,
    bootTimeoutSeconds: 600,
  });
});

it('a known_hosts file gives each host its own keys, by name and port', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'machine-'));
  try {
    const file = path.join(directory, 'known_hosts');
    writeFileSync(file, `web ${ed25519(1)}\n[web]:2222 ${ed25519(2)}\nbastion ${ed25519(3)}\n`);
    const keys = HostKeys.fromKnownHostsFile(file);
    const ssh = { port: 2222, jumpHosts: [{ host: 'bastion', hostKeys: keys }] };
    const connection = sshConnection(machine({ host: 'web', hostKeys: keys, ssh }));
    expect(connection.hostKeys.map((key) => key.publicKey)).toEqual([ed25519(2)]);
    expect(connection.jumpHosts[0].hostKeys.map((key) => key.publicKey)).toEqual([ed25519(3)]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

describe('the identity', () => {
  function warnings(): string[] {
    project.synth();
    return project.annotations().map(({ constructPath, level, message }) => `${level} ${constructPath}: ${message}`);
  }

  it('the identity of a literal host is the host, however it is written', () => {
    expect(machine({ host: 'Web.Example.' }).identity).toBe('web.example');
    expect(warnings()).toEqual([]);
  });

  it('the identity of a host that is known only at apply is that host, with a warning', () => {
    const server = new DataResource(stack, 'server', { input: {} });
    const host = server.getStringAttribute('output.ip');
    expect(machine({ host }).identity).toBe(host);
    expect(warnings()).toEqual([
      '@cdktf/warn stack/web: the host is known only at apply and also serves as identity: a new address of the same ' +
        'machine deploys again; give `identity`, for example the id of the server',
    ]);
  });

  it('an identity that is given stays as it is, without a warning', () => {
    const server = new DataResource(stack, 'server', { input: {} });
    expect(machine({ host: server.getStringAttribute('output.ip'), identity: 'Disk 7' }).identity).toBe('Disk 7');
    expect(warnings()).toEqual([]);
  });
});
