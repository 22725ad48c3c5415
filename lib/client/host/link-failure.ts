/**
 * Why a connection failed or ended, judged by the messages of ssh, which has one exit status (255) for all of it. The
 * patterns are OpenSSH's own English texts; it has no translations.
 */
type LinkFailureKind =
  | 'local'
  | 'host-key'
  | 'authentication'
  | 'password'
  | 'configuration'
  | 'refused'
  | 'timeout'
  | 'name'
  | 'unreachable'
  | 'output'
  | 'stuck'
  | 'closed';

const PATTERNS: readonly (readonly [LinkFailureKind, RegExp])[] = [
  // What ssh prints before it connects. Whole lines, because a host's greeting may hold some of this text.
  [
    'local',
    /^(No user exists for uid \d+|.*error while loading shared libraries: .*|.*symbol lookup error: .*|OpenSSL version mismatch.*|(ssh: )?(fork|socket|pipe|socketpair|vfork)( failed)?: (Resource temporarily unavailable|Cannot allocate memory|Too many open files.*))\s*$/im,
  ],
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

/** A started process may end with other codes, of its streams. */
const CANNOT_START = ['EACCES', 'EAGAIN', 'EMFILE', 'ENFILE', 'ENOEXEC', 'ENOMEM'];

/** Trying again cannot help: somebody has to change something first. */
const FINAL: readonly LinkFailureKind[] = ['local', 'host-key', 'authentication', 'password', 'configuration'];

/** One connection that failed. The message is one line. */
export class LinkFailure extends Error {
  constructor(
    readonly kind: LinkFailureKind,
    message: string,
  ) {
    super(message);
    this.name = 'LinkFailure';
  }

  /** An ssh that did not even start. @param cause a code of the system, or what it printed */
  static local(cause: string): LinkFailure {
    return new LinkFailure('local', cause);
  }

  /** The failure that ssh's own messages describe. @param code of the system, when ssh could not be started */
  static fromStderr(stderr: string, code?: string): LinkFailure {
    if (code !== undefined && CANNOT_START.includes(code)) return LinkFailure.local(`ssh cannot be started: ${code}`);
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
    return CURES.find(([cause]) => cause.test(this.message))?.[1] ?? FIXES[this.kind];
  }
}

/** For messages that need another cure than others of their kind. */
const CURES: readonly (readonly [cause: RegExp, cure: string])[] = [
  [
    // Another key in the agent would make it worse.
    /too many authentication failures/i,
    'the ssh agent offers more keys than the host tries: set ssh.identityFile to the right one; the file of its public key (.pub) is enough for a key that only the agent has',
  ],
  [
    /no user exists for uid/i,
    'give the user who applies an entry in /etc/passwd of the machine that applies: in a container by its image, its entrypoint or nss_wrapper',
  ],
  [
    /resource temporarily unavailable|cannot allocate memory|too many open files|EAGAIN|ENOMEM|E[MN]FILE/i,
    'the machine that applies can start no further process: raise its limits (ulimit, pids and memory of a container), or apply with a smaller -parallelism',
  ],
];

const FIXES: { readonly [kind in LinkFailureKind]: string } = {
  local: 'repair OpenSSH on the machine that applies (`ssh -V` must work for the user who applies)',
  'host-key':
    'the host showed another key than the pinned ones (its fingerprint is above): if it was reinstalled, pin its new key in hostKeys; if not, somebody may be intercepting the connection',
  authentication:
    'set ssh.identityFile to a private key that the host accepts, or add the key to the agent (ssh-add); check ssh.user',
  password: 'correct the password of PrivilegeEscalation.sudoWithPassword: sudo of the host refuses it',
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
