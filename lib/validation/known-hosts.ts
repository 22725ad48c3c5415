import { createHmac } from 'node:crypto';
import { display } from './display';
import type { Problem } from './problem';
import { normalizedPublicKey, publicKeyProblem } from './public-key';

/** One line of a known_hosts file (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). */
interface KnownHostsLine {
  readonly number: number;
  readonly marker: string | undefined;
  readonly patterns: string;
  readonly key: string;
}

/** The keys that a known_hosts file has for one host. */
interface KnownKeys {
  readonly entries: readonly { readonly publicKey: string; readonly certificateAuthority: boolean }[];
  /** Why they cannot be used. */
  readonly problem?: Problem;
}

/** A known_hosts file, read once for all hosts. */
export class KnownHosts {
  private readonly lines: readonly KnownHostsLine[];

  constructor(content: string) {
    this.lines = parse(content);
  }

  /** The keys that ssh would accept from this host, with hashed names, patterns, markers and ports as in ssh. */
  keysFor(host: string, port: number): KnownKeys {
    const name = port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
    const lines = this.lines.filter((line) => matches(line.patterns, name));
    const revoked = lines.filter((line) => line.marker === '@revoked').map((line) => normalizedPublicKey(line.key));
    const usable = lines.filter(
      (line) => line.marker !== '@revoked' && !revoked.includes(normalizedPublicKey(line.key)),
    );
    return { entries: usable.map(entry), problem: problem(usable, revoked, name) };
  }
}

function entry(line: KnownHostsLine) {
  return { publicKey: normalizedPublicKey(line.key), certificateAuthority: line.marker === '@cert-authority' };
}

function problem(lines: readonly KnownHostsLine[], revoked: readonly string[], name: string): Problem | undefined {
  if (lines.length === 0) {
    const fix = 'add the line of its key, read on the host itself from /etc/ssh/ssh_host_ed25519_key.pub';
    return { given: `no usable key for ${display(name)}`, expected: 'at least one line for that host', fix };
  }
  for (const line of lines) {
    const found = publicKeyProblem(line.key);
    if (found) return { ...found, given: `${display(line.key)} in line ${line.number}` };
  }
  const authority = lines.find((line) => line.marker === '@cert-authority');
  if (authority === undefined || revoked.length === 0) return undefined;
  return {
    given: `@cert-authority in line ${authority.number} together with @revoked`,
    expected: 'one of them for a host',
    fix: 'pin the keys of the host: a certificate of a revoked key would be accepted',
  };
}

function parse(content: string): KnownHostsLine[] {
  return content.split(/\r?\n/).flatMap((text, index) => {
    const line = text.trim();
    if (line === '' || line.startsWith('#')) return [];
    const fields = line.split(/[ \t]+/);
    const marker = fields[0].startsWith('@') ? fields.shift() : undefined;
    const [patterns, ...key] = fields;
    return [{ number: index + 1, marker, patterns: patterns ?? '', key: key.join(' ') }];
  });
}

/** A list matches when one of its patterns does and none of its negated ones. */
function matches(patterns: string, name: string): boolean {
  if (patterns.startsWith('|')) return matchesHash(patterns, name);
  const list = patterns.toLowerCase().split(',');
  const negated = list.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const plain = list.filter((pattern) => !pattern.startsWith('!'));
  return plain.some((pattern) => matchesPattern(pattern, name)) && !negated.some((p) => matchesPattern(p, name));
}

function matchesPattern(pattern: string, name: string): boolean {
  const expression = pattern.replace(/[^*?]/g, (character) => character.replace(/[\\^$.+()[\]{}|]/, '\\$&'));
  return new RegExp(`^${expression.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(name);
}

/** `|1|salt|hash`: the name hidden by HMAC-SHA1, as HashKnownHosts writes it. */
function matchesHash(hashed: string, name: string): boolean {
  const [, version, salt = '', hash = ''] = hashed.split('|');
  if (version !== '1') return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}
