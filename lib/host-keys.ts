import { readFileSync } from 'node:fs';
import type { IConstruct } from 'constructs';
import type { HostKeyEntry } from './job/job';
import { getOrCreate } from './private/get-or-create';
import { projectPath } from './private/paths';
import { isToken } from './terraform/token';
import { displayFile, holdsPrivateKey } from './validation/display';
import { KnownHosts } from './validation/known-hosts';
import type { Problem } from './validation/problem';
import { normalizedPublicKey, publicKeyProblem } from './validation/public-key';

/** The keys that belong to one host, or what is wrong with them (and with which of them). */
interface FoundKeys {
  readonly entries: readonly HostKeyEntry[];
  readonly problem?: Problem;
  /** Index of the refused key in the user's list. */
  readonly index?: number;
}

/**
 * The keys by which a host is known before the first connection. ssh accepts no other key, and nothing is learned
 * from the network.
 *
 * These functions refuse nothing: a key or a file that cannot be used is reported by the constructor of the machine
 * that uses it.
 *
 * @example
 *
 * const hostKeys = HostKeys.fromKnownHostsFile('known_hosts');
 * NixosMachine.fromHost(stack, 'web', { host: '203.0.113.7', hostKeys });
 */
export class HostKeys {
  /**
   * These keys and no others.
   *
   * @param publicKeys lines as in `/etc/ssh/ssh_host_ed25519_key.pub` on the host: `ssh-ed25519 AAAA...`. May be
   *   Terraform tokens, for example the public half of a key that the stack generates.
   */
  static pinned(publicKeys: string[]): HostKeys {
    return new HostKeys(() => pinnedKeys(publicKeys));
  }

  /**
   * The keys that a known_hosts file has for the host. The file is read while the program runs, once for each app. Host
   * and port have to be literals. Patterns, hashed names, ports and markers mean what they mean to ssh.
   *
   * @param file relative to the directory of cdktf.json, or absolute
   */
  static fromKnownHostsFile(file: string): HostKeys {
    return new HostKeys((scope, host, port) => keysInFile(scope, file, host, port));
  }

  /**
   * Any key with a certificate for the host that this authority signed.
   *
   * @param publicKey the authority's public key: `ssh-ed25519 AAAA...`. May be a Terraform token.
   */
  static certificateAuthority(publicKey: string): HostKeys {
    return new HostKeys(() => authorityKey(publicKey));
  }

  private constructor(private readonly find: (scope: IConstruct, host: string, port: number) => FoundKeys) {}

  /**
   * The keys of a host.
   *
   * @param scope belongs to the app that asks: a file is read once for each app
   * @internal
   */
  _find(scope: IConstruct, host: string, port: number): FoundKeys {
    return this.find(scope, host, port);
  }
}

function pinnedKeys(publicKeys: readonly string[]): FoundKeys {
  if (publicKeys.length === 0) return { entries: [], problem: NO_KEYS };
  const index = publicKeys.findIndex((key) => keyProblem(key) !== undefined);
  if (index >= 0) return { entries: [], problem: keyProblem(publicKeys[index]), index };
  return { entries: publicKeys.map((key) => ({ publicKey: normalizedKey(key), certificateAuthority: false })) };
}

function authorityKey(publicKey: string): FoundKeys {
  const problem = keyProblem(publicKey);
  if (problem) return { entries: [], problem };
  return { entries: [{ publicKey: normalizedKey(publicKey), certificateAuthority: true }] };
}

function keyProblem(key: string): Problem | undefined {
  return isToken(key) ? undefined : publicKeyProblem(key);
}

function normalizedKey(key: string): string {
  return isToken(key) ? key : normalizedPublicKey(key);
}

const NO_KEYS: Problem = {
  given: 'an empty list',
  expected: 'at least one public key of the host',
  fix: 'read it on the host itself from /etc/ssh/ssh_host_ed25519_key.pub',
};

function keysInFile(scope: IConstruct, file: string, host: string, port: number): FoundKeys {
  if (isToken(host) || isToken(port)) {
    return {
      entries: [],
      problem: {
        given: `known_hosts file ${displayFile(file)} for a host or port that is known only at apply`,
        expected: 'a literal host and port',
        fix: 'use HostKeys.pinned or HostKeys.certificateAuthority',
      },
    };
  }
  const known = knownHosts(scope, projectPath(file), file);
  if (!(known instanceof KnownHosts)) return { entries: [], problem: known };
  const { entries, problem } = known.keysFor(host, port);
  return { entries, problem: problem && { ...problem, given: `${problem.given} (file ${displayFile(file)})` } };
}

/** What the files of an app hold, by absolute path: every machine asks for its keys several times. */
const files = new WeakMap<IConstruct, Map<string, KnownHosts | Problem>>();

function knownHosts({ node: { root } }: IConstruct, absolute: string, file: string): KnownHosts | Problem {
  const known = getOrCreate(files, root, () => new Map<string, KnownHosts | Problem>());
  return getOrCreate(known, absolute, () => readKnownHosts(absolute, file));
}

function privateKeyIn(file: string): Problem {
  return {
    given: `${displayFile(file)}, which holds a private key (not shown)`,
    expected: 'a known_hosts file',
    fix: 'give the file that lists hosts with their public keys, or HostKeys.pinned with the content of the .pub file',
  };
}

function readKnownHosts(absolute: string, file: string): KnownHosts | Problem {
  try {
    const content = readFileSync(absolute, 'utf8');
    return holdsPrivateKey(content) ? privateKeyIn(file) : new KnownHosts(content);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    return {
      given: `known_hosts file ${displayFile(file)} (${reason})`,
      expected: 'a readable file',
      fix: 'give its path relative to the directory of cdktf.json, or an absolute one',
    };
  }
}
