import type { SecretSource } from './secret-source';
import { refuse } from './validation/problem';
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

  private constructor(
    /** @internal */
    readonly _choice: HostKeyChoice,
  ) {}
}

type HostKeyChoice =
  { readonly kind: 'made' } | { readonly kind: 'held'; readonly publicKey: string; readonly privateKey: SecretSource };
