import type { DeploymentJob, SshConnection } from '../../../lib/job/job';

/** Fields of the job as Terraform might hand them over: what was a token at synth has any value. */
type Patch = { readonly [field in keyof DeploymentJob]?: unknown };
type ConnectionPatch = { readonly [field in keyof SshConnection]?: unknown };

export interface BadInput {
  readonly name: string;
  readonly job?: Patch;
  readonly connection?: ConnectionPatch;
  /** The whole text after `failed:`. */
  readonly failed: string;
  /** The whole text after `to do:`. */
  readonly toDo: string;
}

const HOST = 'expected a host name, an IPv4 address or an IPv6 address';
const USER =
  'expected a user name: 1 to 32 letters, digits, underscores, dots and dashes that do not start with a dash or a dot';
const PORT = 'expected a port: a whole number from 1 to 65535';
const KEY = 'expected one SSH public key: <type> <base64>, for example "ssh-ed25519 AAAA..."';
const OTHER_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f';
const STORE_PATH = 'expected a store path: /nix/store/<32 characters of hash>-<name>';
const SECONDS = 'expected seconds: a whole number from 1 to 999999';

export const BAD_INPUTS: readonly BadInput[] = [
  {
    name: 'an ssh option as host',
    connection: { host: '-oProxyCommand=touch /tmp/proof' },
    failed: `[lab/web] host: got "-oProxyCommand=touch /tmp/proof", ${HOST}`,
    toDo: 'a host does not start with a dash; ssh options are not given here',
  },
  {
    name: 'an empty host',
    connection: { host: '' },
    failed: `[lab/web] host: got "", ${HOST}`,
    toDo: 'give the host that ssh dials',
  },
  {
    name: 'a blank in the host',
    connection: { host: '192.0.2.1 -v' },
    failed: `[lab/web] host: got "192.0.2.1 -v", ${HOST}`,
    toDo: 'a host name has letters, digits, dashes, underscores and dots, and at most 63 characters between two dots',
  },
  {
    name: 'a line break in the host',
    connection: { host: '192.0.2.1\nProxyCommand id' },
    failed: `[lab/web] host: got "192.0.2.1\\nProxyCommand id", ${HOST}`,
    toDo: 'a host name has letters, digits, dashes, underscores and dots, and at most 63 characters between two dots',
  },
  {
    name: 'a shell command in the host',
    connection: { host: '$(id)' },
    failed: `[lab/web] host: got "\$(id)", ${HOST}`,
    toDo: 'a host name has letters, digits, dashes, underscores and dots, and at most 63 characters between two dots',
  },
  {
    name: 'a percent sign in the host',
    connection: { host: '%h' },
    failed: `[lab/web] host: got "%h", ${HOST}`,
    toDo: 'a host name has letters, digits, dashes, underscores and dots, and at most 63 characters between two dots',
  },
  {
    name: 'a user in the host',
    connection: { host: 'root@192.0.2.1' },
    failed: `[lab/web] host: got "root@192.0.2.1", ${HOST}`,
    toDo: 'give the host alone and the user as `user` in the ssh options',
  },
  {
    name: 'a URL as host',
    connection: { host: 'ssh://192.0.2.1:22' },
    failed: `[lab/web] host: got "ssh://192.0.2.1:22", ${HOST}`,
    toDo: 'give the host alone, the user as `user` and the port as `port` in the ssh options',
  },
  {
    name: 'no host',
    connection: { host: null },
    failed: `[lab/web] host: got null, ${HOST}`,
    toDo: 'Terraform gave no value; check the resource attribute that this field comes from',
  },
  {
    name: 'an option as user',
    connection: { user: '-l' },
    failed: `[lab/web] ssh.user: got "-l", ${USER}`,
    toDo: 'give the name of the user that logs in on the host',
  },
  {
    name: 'a shell command in the user',
    connection: { user: 'root;id' },
    failed: `[lab/web] ssh.user: got "root;id", ${USER}`,
    toDo: 'give the name of the user that logs in on the host',
  },
  {
    name: 'an empty user',
    connection: { user: '' },
    failed: `[lab/web] ssh.user: got "", ${USER}`,
    toDo: 'give the name of the user that logs in on the host',
  },
  {
    name: 'port 0',
    connection: { port: 0 },
    failed: `[lab/web] ssh.port: got 0, ${PORT}`,
    toDo: 'give the port that sshd listens on',
  },
  {
    name: 'port 65536',
    connection: { port: 65536 },
    failed: `[lab/web] ssh.port: got 65536, ${PORT}`,
    toDo: 'give the port that sshd listens on',
  },
  {
    name: 'a port with a fraction',
    connection: { port: 22.5 },
    failed: `[lab/web] ssh.port: got 22.5, ${PORT}`,
    toDo: 'give the port that sshd listens on',
  },
  {
    name: 'a port as text',
    connection: { port: '22' },
    failed: `[lab/web] ssh.port: got "22", ${PORT}`,
    toDo: 'give a number, not a string',
  },
  {
    name: 'half a host key',
    connection: { hostKeys: [key('ssh-ed25519 AAAAC3NzaC1lZDI1')] },
    failed: `[lab/web] hostKeys[0]: got "ssh-ed25519 AAAAC3NzaC1lZDI1", ${KEY}`,
    toDo: 'the key is cut off; copy the whole line',
  },
  {
    name: 'no host key',
    connection: { hostKeys: [] },
    failed: `[lab/web] hostKeys: got an empty list, expected at least one host key`,
    toDo: 'pin a public key that was read on the host itself (/etc/ssh/ssh_host_ed25519_key.pub)',
  },
  {
    name: 'a private key as host key',
    connection: { hostKeys: [key('-----BEGIN OPENSSH PRIVATE KEY-----\nsecret')] },
    failed: `[lab/web] hostKeys[0]: got a private key (not shown), ${KEY}`,
    toDo: 'give the public half (the file that ends in .pub), and replace this key if it was committed',
  },
  {
    name: 'a toplevel outside of the store',
    job: { toplevel: '/etc' },
    failed: `[lab/web-system] toplevel: got "/etc", ${STORE_PATH}`,
    toDo: 'only the store /nix/store is supported',
  },
  {
    name: 'a toplevel that leads out',
    job: { toplevel: '/nix/store/../../etc' },
    failed: `[lab/web-system] toplevel: got "/nix/store/../../etc", ${STORE_PATH}`,
    toDo: 'give the store path itself: no trailing slash, no path inside it, no ".."',
  },
  {
    name: 'a derivation as toplevel',
    job: { toplevel: `/nix/store/${'a'.repeat(32)}-system.drv` },
    failed: `[lab/web-system] toplevel: got "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-system.drv", ${STORE_PATH}`,
    toDo: 'give what the derivation builds, not the derivation (.drv)',
  },
  {
    name: 'a letter that hashes do not have',
    job: { toplevel: `/nix/store/${'e'.repeat(32)}-x` },
    failed: `[lab/web-system] toplevel: got "/nix/store/eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee-x", ${STORE_PATH}`,
    toDo: 'copy the path as Nix prints it',
  },
  {
    name: 'a shell command in the toplevel',
    job: { toplevel: `/nix/store/${'a'.repeat(32)}-x;id` },
    failed: `[lab/web-system] toplevel: got "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x;id", ${STORE_PATH}`,
    toDo: 'copy the path as Nix prints it',
  },
  {
    name: 'a value called ../x',
    job: { values: { '../x': { value: 1, restartUnits: [] } } },
    failed: `[lab/web-system] values.../x: got "../x", expected a name: 1 to 64 letters, digits, dots, underscores and dashes that do not start with a dot`,
    toDo: 'rename it here and in the NixOS configuration that reads it',
  },
  {
    name: 'a limit of 0 s',
    job: { activationTimeoutSeconds: 0 },
    failed: `[lab/web-system] activationTimeoutSeconds: got 0, ${SECONDS}`,
    toDo: 'give the limit in seconds',
  },
  {
    name: 'a limit as text',
    job: { confirmTimeoutSeconds: '10s' },
    failed: `[lab/web-system] confirmTimeoutSeconds: got "10s", ${SECONDS}`,
    toDo: 'give a number without a unit',
  },
  {
    name: 'another format',
    job: { format: 2 },
    failed: `[lab/web-system] format: got 2, expected 1`,
    toDo: 'run cdktf synth again and apply its output: the job does not fit this client',
  },
  {
    name: 'an unknown goal',
    job: { goal: 'switch; reboot' },
    failed: `[lab/web-system] goal: got "switch; reboot", expected "switch" or "boot"`,
    toDo: 'run cdktf synth again and apply its output: the job does not fit this client',
  },
];

export interface RefusedByHost extends Omit<BadInput, 'failed'> {
  readonly failed: RegExp;
  /** @default - what it runs, as before */
  readonly host?: string;
  readonly toDo: string;
}

/** Well-formed input that is wrong all the same. */
export const REFUSED_BY_HOST: readonly RefusedByHost[] = [
  {
    name: 'the host key of another host',
    connection: { hostKeys: [key(OTHER_KEY)] },
    failed: /^web: failed: the host key is not the pinned one: /,
    host: 'was not changed',
    toDo: 'the host showed another key than the pinned ones (its fingerprint is above): if it was reinstalled, pin its new key in hostKeys; if not, somebody may be intercepting the connection',
  },
  {
    name: 'a user that the host does not know',
    connection: { user: 'nobody-here' },
    failed: /^web: failed: the host does not accept the login: .*Permission denied/,
    host: 'was not changed',
    toDo: 'set ssh.identityFile to a private key that the host accepts, or add the key to the agent (ssh-add); check ssh.user',
  },
  {
    name: 'a user who is not root',
    connection: { user: 'deployer' },
    failed: /^web: failed: deployer is not root on the host$/,
    toDo: 'set ssh.user to root, or ssh.privilegeEscalation to PrivilegeEscalation.SUDO',
  },
  {
    name: 'a system for another platform',
    job: { system: 'aarch64-linux' },
    failed: /^web: failed: the system is built for aarch64-linux and the host is x86_64-linux$/,
    toDo: 'set nixpkgs.hostPlatform of the configuration to the platform of the host, or deploy to another machine',
  },
];

function key(publicKey: string) {
  return { publicKey, certificateAuthority: false };
}
