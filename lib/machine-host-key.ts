import type { SecretSource } from './secret-source';
import { isToken } from './terraform/token';
import { display } from './validation/display';
import { type Problem, refuse } from './validation/problem';
import { ed25519KeyProblem, normalizedPublicKey } from './validation/public-key';
import { sourceProblem } from './validation/secret-origin';

/**
 * The lasting key by which a new server is known to ssh after its first login, and who holds it.
 *
 * The first login itself is checked, too: a new server shows a bootstrap key whose public half is known here. The
 * lasting key takes its place in that login, and from then on the bootstrap key is not accepted. docs/trust.md describes it.
 *
 * @example
 *
 * const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPNl0WyL9zMSdQp3Z0BZ2rN6Zc5y7v0kH0jK4hJmLQd';
 * const hostKey = MachineHostKey.held(publicKey, SecretSource.command(['pass', 'hosts/web']));
 */
export class MachineHostKey {
  /**
   * The host makes the key, and its private half never leaves the host. The cloud's machine records the public half where
   * the next apply finds it.
   */
  static madeByHost(): MachineHostKey {
    return new MachineHostKey({ kind: 'made' });
  }

  /**
   * You hold the key: its public half is known before the server exists, which is what agenix and sops-nix need to encrypt
   * for a host. The private half is read at apply, in the first contact only, and sent over that connection: it is in no
   * state, plan, user data or store.
   *
   * @param publicKey a line as in the file that ends in `.pub`: `ssh-ed25519 AAAA...`
   * @param privateKey where the private half is read, in the format of `ssh-keygen -t ed25519`, without a passphrase
   * @throws InputError when the public key is not an ed25519 key, or the private one not a SecretSource
   */
  static held(publicKey: string, privateKey: SecretSource): MachineHostKey {
    refuse('MachineHostKey.held', 'publicKey', ed25519KeyProblem(publicKey));
    const fix = 'write SecretSource.file("..."), .command, .environment, .sops or .age';
    refuse('MachineHostKey.held', 'privateKey', sourceProblem(privateKey, fix));
    return new MachineHostKey({ kind: 'held', publicKey: normalizedPublicKey(publicKey), privateKey });
  }

  /**
   * The first login is not checked: the key that the host shows then is believed, written down in a file, and no other one is
   * accepted from then on. Whoever is between you and the host at that moment can take its place. No key is in user data,
   * and the configuration needs no module. For hosts that cannot take a key from user data.
   *
   * @param recordFile in the form of known_hosts; relative to the folder of cdktf.json, absolute, or from `~/`. Commit it:
   *   another machine that applies needs it. To believe another key of a host, remove its line
   * @throws InputError when it is not a path
   */
  static trustOnFirstUse(recordFile: string): MachineHostKey {
    refuse('MachineHostKey.trustOnFirstUse', 'recordFile', recordFileProblem(recordFile));
    return new MachineHostKey({ kind: 'first-use', recordFile });
  }

  private constructor(
    /** @internal */
    readonly _choice: HostKeyChoice,
  ) {}
}

type HostKeyChoice =
  | { readonly kind: 'made' }
  | { readonly kind: 'held'; readonly publicKey: string; readonly privateKey: SecretSource }
  | { readonly kind: 'first-use'; readonly recordFile: string };

function recordFileProblem(file: unknown): Problem | undefined {
  if (typeof file === 'string' && /^[^\0\r\n]*[^\0\r\n/]$/.test(file) && !isToken(file)) return undefined;
  const given = isToken(file) ? 'a Terraform token' : display(file);
  return { given, expected: 'the path of a file', fix: 'write for example "known_hosts"' };
}
