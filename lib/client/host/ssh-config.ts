import path from 'node:path';
import { expandHome } from '../../private/paths';
import { normalizedPublicKey } from '../../validation/public-key';
import type { SshConnection, SshEndpoint } from '../../job/job';

/** The name under which the configuration knows the machine itself. */
export const TARGET = 'target';
/** The file for the option -F of ssh. */
export const CONFIG_FILE = 'ssh_config';

/** The files with which ssh reaches exactly these hosts and trusts only their pinned keys. */
interface SshFiles {
  /** Content by file name. */
  readonly files: { readonly [name: string]: string };
  /** Private keys: the user's file by the name of a link to it. Unlike the user's path, a link needs no quoting. */
  readonly identities: { readonly [name: string]: string };
}

/**
 * ssh does not read the user's own configuration (-F): whom we trust, what we show and what runs is decided here alone.
 * The keepalive finds a dead connection within 20 s.
 */
const COMMON = [
  'BatchMode yes',
  'PreferredAuthentications publickey',
  'PubkeyAuthentication yes',
  'PasswordAuthentication no',
  'KbdInteractiveAuthentication no',
  'GSSAPIAuthentication no',
  'HostbasedAuthentication no',
  'StrictHostKeyChecking yes',
  'GlobalKnownHostsFile /dev/null',
  'UpdateHostKeys no',
  'VerifyHostKeyDNS no',
  'CheckHostIP no',
  'CanonicalizeHostname no',
  'AddKeysToAgent no',
  'ForwardAgent no',
  'ForwardX11 no',
  'Tunnel no',
  'PermitLocalCommand no',
  'RequestTTY no',
  'EscapeChar none',
  'Compression no',
  'ControlMaster no',
  'ConnectionAttempts 1',
  'TCPKeepAlive yes',
  'ServerAliveInterval 5',
  'ServerAliveCountMax 4',
  'LogLevel ERROR',
];

/**
 * The configuration for one machine and the hosts on the way to it, for a directory whose path has no blanks.
 *
 * @param learns whether any key of the machine is believed, and written into its file of known hosts
 */
export function sshFiles(connection: SshConnection, directory: string, learns = false): SshFiles {
  const jumps = connection.jumpHosts.map((jump, i) => ({ name: `jump-${i}`, endpoint: jump }));
  const hosts = [...jumps, { name: TARGET, endpoint: connection as SshEndpoint }];
  const blocks = hosts.map(({ name, endpoint }, i) => [
    `Host ${name}`,
    ...(learns && name === TARGET ? ['StrictHostKeyChecking accept-new', 'HashKnownHosts no'] : []).map(indented),
    ...endpointOptions(name, endpoint, directory).map(indented),
    ...(i > 0 ? [indented(`ProxyJump ${hosts[i - 1]?.name}`)] : []),
    indented(`ControlPath ${name === TARGET ? controlSocket(directory) : 'none'}`),
  ]);
  const common = ['Host *', ...[...COMMON, `ConnectTimeout ${connection.connectTimeoutSeconds}`].map(indented)];
  const knownHosts = hosts.map(({ name, endpoint }) => [`known_hosts-${name}`, knownHostsText(endpoint)]);
  const identities = hosts
    .filter(({ endpoint }) => endpoint.identityFile)
    .map(({ name, endpoint }) => [`identity-${name}`, expandHome(endpoint.identityFile as string)]);
  return {
    files: { [CONFIG_FILE]: lines([...blocks.flat(), ...common]), ...Object.fromEntries(knownHosts) },
    identities: Object.fromEntries(identities),
  };
}

/** Where the master connection listens. */
export function controlSocket(directory: string): string {
  return path.join(directory, 'm');
}

function endpointOptions(name: string, endpoint: SshEndpoint, directory: string): string[] {
  return [
    `HostName ${endpoint.host}`,
    // Not a made-up name: a certificate of the host must be for the name that we dial.
    `HostKeyAlias ${endpoint.host}`,
    `User ${endpoint.user}`,
    `Port ${endpoint.port}`,
    `UserKnownHostsFile ${path.join(directory, `known_hosts-${name}`)}`,
    `HostKeyAlgorithms ${hostKeyAlgorithms(endpoint).join(',')}`,
    // With IdentitiesOnly and no file not even the agent's keys would be offered.
    `IdentityFile ${endpoint.identityFile ? path.join(directory, `identity-${name}`) : 'none'}`,
    `IdentitiesOnly ${endpoint.identityFile ? 'yes' : 'no'}`,
  ];
}

/**
 * We ask only for the pinned types: a host with several keys then shows the one that can be checked. From a host whose key
 * is believed we want the type that every host has.
 */
function hostKeyAlgorithms(endpoint: SshEndpoint): string[] {
  if (endpoint.hostKeys.length === 0) return ['ssh-ed25519'];
  const plain = endpoint.hostKeys
    .filter((entry) => !entry.certificateAuthority)
    .flatMap((entry) => signatures(entry.publicKey.trim().split(/[ \t]/)[0] ?? ''));
  const certificates = endpoint.hostKeys.some((entry) => entry.certificateAuthority) ? CERTIFICATES : [];
  return [...new Set([...certificates, ...plain])];
}

/** SHA-1 signatures (plain ssh-rsa) are not accepted. */
function signatures(keyType: string): string[] {
  return keyType === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [keyType];
}

/** An authority of any type may have signed a host key of any type. */
const CERTIFICATES = [
  'ssh-ed25519-cert-v01@openssh.com',
  'ecdsa-sha2-nistp256-cert-v01@openssh.com',
  'ecdsa-sha2-nistp384-cert-v01@openssh.com',
  'ecdsa-sha2-nistp521-cert-v01@openssh.com',
  'rsa-sha2-512-cert-v01@openssh.com',
  'rsa-sha2-256-cert-v01@openssh.com',
];

function knownHostsText(endpoint: SshEndpoint): string {
  // ssh compares in lower case.
  const host = endpoint.host.toLowerCase();
  return lines(
    endpoint.hostKeys.map((entry) => {
      const marker = entry.certificateAuthority ? '@cert-authority ' : '';
      return `${marker}${host} ${normalizedPublicKey(entry.publicKey)}`;
    }),
  );
}

function indented(line: string): string {
  return `  ${line}`;
}

function lines(list: readonly string[]): string {
  return `${list.join('\n')}\n`;
}
