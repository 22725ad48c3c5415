/**
 * Why a connection failed or ended, judged by the messages of ssh, which has one exit status (255) for all of it. The
 * patterns are OpenSSH's own English texts; it has no translations.
 */
type LinkFailureKind =
  | 'host-key'
  | 'authentication'
  | 'configuration'
  | 'refused'
  | 'timeout'
  | 'name'
  | 'unreachable'
  | 'output'
  | 'stuck'
  | 'closed';

const PATTERNS: readonly (readonly [LinkFailureKind, RegExp])[] = [
  [
    'host-key',
    /host key verification failed|host key for .* has changed|host key is known for|no matching host key type/i,
  ],
  ['authentication', /permission denied|too many authentication failures|no supported authentication methods/i],
  ['configuration', /bad configuration option|terminating, \d+ bad|bad owner or permissions|command-line line/i],
  ['name', /could not resolve hostname|name or service not known|temporary failure in name resolution/i],
  ['refused', /connection refused/i],
  ['timeout', /timed out|timeout, server .* not responding/i],
  ['unreachable', /no route to host|network is unreachable|host is down/i],
];

/** Lines that explain a failure of any kind: the fingerprint that the host showed, an unusable private key. */
const TELLING = /^SHA256:|^load key/i;

/** Trying again cannot help: somebody has to change something first. */
const FINAL: readonly LinkFailureKind[] = ['host-key', 'authentication', 'configuration'];

/** One connection that failed. The message is one line. */
export class LinkFailure extends Error {
  constructor(
    readonly kind: LinkFailureKind,
    message: string,
  ) {
    super(message);
    this.name = 'LinkFailure';
  }

  /** The failure that ssh's own messages describe. */
  static fromStderr(stderr: string): LinkFailure {
    const messages = stderr
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('@'));
    const kind = PATTERNS.find(([, pattern]) => pattern.test(stderr))?.[0] ?? 'closed';
    const pattern = PATTERNS.find(([candidate]) => candidate === kind)?.[1];
    const telling = messages.filter((line) => pattern?.test(line) || TELLING.test(line));
    const chosen = (telling.length > 0 ? telling : messages).slice(-3);
    const text = chosen.map((line) => line.replace(/\.$/, '')).join('; ');
    return new LinkFailure(kind, text === '' ? 'the connection was closed' : text);
  }

  get final(): boolean {
    return FINAL.includes(this.kind);
  }

  /** Nobody listens there at the moment. */
  get meansAbsence(): boolean {
    return this.kind === 'refused' || this.kind === 'timeout' || this.kind === 'unreachable';
  }

  /** What a user can do about it. */
  get fix(): string {
    return TOO_MANY_KEYS.test(this.message) ? TOO_MANY_KEYS_FIX : FIXES[this.kind];
  }
}

/** Of an authentication that failed: another key in the agent would make it worse. */
const TOO_MANY_KEYS = /too many authentication failures/i;
const TOO_MANY_KEYS_FIX =
  'the ssh agent offers more keys than the host tries: set ssh.identityFile to the right one; the file of its public key (.pub) is enough for a key that only the agent has';

const FIXES: { readonly [kind in LinkFailureKind]: string } = {
  'host-key':
    'the host showed another key than the pinned ones (its fingerprint is above): if it was reinstalled, pin its new key in hostKeys; if not, somebody may be intercepting the connection',
  authentication:
    'set ssh.identityFile to a private key that the host accepts, or add the key to the agent (ssh-add); check ssh.user',
  configuration:
    'ssh on the machine that applies refuses its configuration (see above): correct the owner or mode that it names, or install OpenSSH 7.6 or newer',
  refused: 'check that sshd runs on the host and listens on ssh.port; for a booting host, raise ssh.bootTimeoutSeconds',
  timeout: 'check the address and the firewalls on the way; for a booting host, raise ssh.bootTimeoutSeconds',
  name: 'check the host name, or give an address as host',
  unreachable: 'check the address and the network; for a booting host, raise ssh.bootTimeoutSeconds',
  output: 'find what prints it (the start-up files of the login shell, or a greeting), then run the deployment again',
  stuck:
    'the login worked: look for what holds up the host (its disks, its memory, a login shell that waits for input), then run the deployment again',
  closed: 'check sshd on the host (its log has the reason), then run the deployment again',
};
