import { homedir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { sshFiles } from '../../../lib/client/host/ssh-config';
import { connection, HOST_KEY } from '../support/job';

const config = (change: Parameters<typeof connection>[0]) => sshFiles(connection(change), '/tmp/x').files.ssh_config;

describe('the generated ssh configuration', () => {
  it('the ssh configuration sets everything that decides whom we trust and what runs', () => {
    expect(config({})).toBe(`Host target
  HostName 203.0.113.7
  HostKeyAlias 203.0.113.7
  User root
  Port 22
  UserKnownHostsFile /tmp/x/known_hosts-target
  HostKeyAlgorithms ssh-ed25519
  IdentityFile none
  IdentitiesOnly no
  ControlPath /tmp/x/m
Host *
  BatchMode yes
  PreferredAuthentications publickey
  PubkeyAuthentication yes
  PasswordAuthentication no
  KbdInteractiveAuthentication no
  GSSAPIAuthentication no
  HostbasedAuthentication no
  StrictHostKeyChecking yes
  GlobalKnownHostsFile /dev/null
  UpdateHostKeys no
  VerifyHostKeyDNS no
  CheckHostIP no
  CanonicalizeHostname no
  AddKeysToAgent no
  ForwardAgent no
  ForwardX11 no
  Tunnel no
  PermitLocalCommand no
  RequestTTY no
  EscapeChar none
  Compression no
  ControlMaster no
  ConnectionAttempts 1
  TCPKeepAlive yes
  ServerAliveInterval 5
  ServerAliveCountMax 4
  LogLevel ERROR
  ConnectTimeout 5
`);
  });

  it('the ssh configuration goes through each jump host in turn, and shares no connection with one', () => {
    const jump = (host: string) => ({ host, user: 'jump', port: 2222, hostKeys: connection().hostKeys });
    const text = config({ jumpHosts: [jump('outer.example.com'), jump('inner.example.com')] });
    expect(text).toContain('Host jump-0\n  HostName outer.example.com\n');
    expect(text).toMatch(/Host jump-1\n(?: {2}.*\n)* {2}ProxyJump jump-0\n {2}ControlPath none\n/);
    expect(text).toMatch(/Host target\n(?: {2}.*\n)* {2}ProxyJump jump-1\n {2}ControlPath \/tmp\/x\/m\n/);
    expect(text).not.toMatch(/Host jump-0\n(?: {2}.*\n)* {2}ProxyJump/);
  });

  it('the ssh configuration offers only the given identity, by a link that needs no quoting', () => {
    const identityFile = '/home/a b/key';
    expect(config({ identityFile })).toContain('  IdentityFile /tmp/x/identity-target\n  IdentitiesOnly yes\n');
    expect(sshFiles(connection({ identityFile }), '/tmp/x').identities).toEqual({ 'identity-target': identityFile });
  });

  it('an identity file in ~/ is in the home of whoever applies', () => {
    const { identities } = sshFiles(connection({ identityFile: '~/.ssh/deploy' }), '/tmp/x');
    expect(identities).toEqual({ 'identity-target': `${homedir()}/.ssh/deploy` });
  });

  it('the ssh configuration asks for the pinned types of host key only, and never for SHA-1 signatures', () => {
    const hostKeys = ['ssh-rsa AAAA', 'ecdsa-sha2-nistp256 AAAA'].map((publicKey) => {
      return { publicKey, certificateAuthority: false };
    });
    expect(config({ hostKeys })).toContain('  HostKeyAlgorithms rsa-sha2-512,rsa-sha2-256,ecdsa-sha2-nistp256\n');
  });

  it('the ssh configuration asks for certificates of any type when an authority is pinned', () => {
    const text = config({ hostKeys: [{ publicKey: HOST_KEY, certificateAuthority: true }] });
    expect(text).toMatch(/HostKeyAlgorithms ssh-ed25519-cert-v01@openssh.com,.*rsa-sha2-256-cert-v01@openssh.com\n/);
  });
});

describe('the known hosts', () => {
  it('each host on the way has a known_hosts file with its own keys only', () => {
    const other = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOg4gTLkk7m2Q4x8pdhpsMmvmTD6asfFqazKBHIKtPgF';
    const hostKeys = [{ publicKey: `${other} somebody@somewhere`, certificateAuthority: false }];
    const jumpHosts = [{ host: 'Bastion.Example.com', user: 'jump', port: 22, hostKeys }];
    const { files } = sshFiles(connection({ jumpHosts }), '/tmp/x');
    expect(files['known_hosts-jump-0']).toBe(`bastion.example.com ${other}\n`);
    expect(files['known_hosts-target']).toBe(`203.0.113.7 ${HOST_KEY}\n`);
  });

  it('the known_hosts file marks an authority', () => {
    const { files } = sshFiles(
      connection({ hostKeys: [{ publicKey: HOST_KEY, certificateAuthority: true }] }),
      '/tmp/x',
    );
    expect(files['known_hosts-target']).toBe(`@cert-authority 203.0.113.7 ${HOST_KEY}\n`);
  });

  it('a host whose first key is believed gets options of its own, before the others; the hosts on the way do not', () => {
    const jumpHosts = [
      { host: '203.0.113.1', user: 'root', port: 22, hostKeys: [{ publicKey: HOST_KEY, certificateAuthority: false }] },
    ];
    const { files } = sshFiles({ ...connection({ jumpHosts }), hostKeys: [] }, '/tmp/x', true);
    const [, jump, target] = files.ssh_config!.split(/^Host /m);
    expect(target).toMatch(
      /^target\n {2}StrictHostKeyChecking accept-new\n {2}HashKnownHosts no\n {2}HostName [^]* {2}HostKeyAlgorithms ssh-ed25519\n/,
    );
    expect(jump).not.toContain('StrictHostKeyChecking');
    expect(files['known_hosts-target']).toBe('\n');
  });
});
