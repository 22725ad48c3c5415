import type { JobCheckedKey } from '../../../job/first-contact';
import type { Problem } from '../../../validation/problem';
import { explainUnreadable, readSecret, type Report, Unreadable } from '../../kit';
import { Ed25519Key, fingerprint } from './ed25519';

type Held = Extract<JobCheckedKey, { readonly kind: 'held' }>;

/**
 * The private half of a key that the user holds, as a file for sshd. Read only when a host is to get it.
 *
 * @param machine construct path, for messages
 * @throws DeployError when it cannot be read, or is not the private half of the public one
 */
export async function heldKeyFile(
  { publicKey, privateKey }: Held,
  machine: string,
  environment: NodeJS.ProcessEnv,
  report: Report,
): Promise<Buffer> {
  try {
    const content = await readSecret(privateKey, environment);
    report.learn(content);
    const key = Ed25519Key.parse(content.toString('latin1'));
    if (key?.publicKey === publicKey) return key.file;
    throw new Unreadable(key === undefined ? NO_KEY : otherKey(key.publicKey, publicKey));
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const source = { path: machine, field: 'hostKey.privateKey', host: 'was not changed' };
    throw explainUnreadable(error, source, report);
  }
}

const NO_KEY: Problem = {
  given: 'something else (not shown)',
  expected: 'an ed25519 private key in the format of OpenSSH, without a passphrase',
  fix: 'make one with ssh-keygen -t ed25519 -N ""; ssh-keygen -p changes the passphrase and the format of an old one',
};

function otherKey(given: string, wanted: string): Problem {
  return {
    given: `the private half of ${fingerprint(given)}`,
    expected: `that of the public key ${fingerprint(wanted)}`,
    fix: 'give both halves of one key',
  };
}
