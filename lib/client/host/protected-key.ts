import { readFileSync } from 'node:fs';
import { sshAdd } from '../../private/process';

const MAGIC = Buffer.from('openssh-key-v1\0');
const OPENSSH = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END/;
const PROTECTED_PEM = /^(-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED)/m;

/** A private key that needs a passphrase. Nobody can type it at apply, so an agent must hold the key. */
export class ProtectedKey {
  /** @returns undefined for a key without a passphrase. @param text content of the file of a private key */
  static of(file: string, text: string): ProtectedKey | undefined {
    const openssh = OPENSSH.exec(text)?.[1];
    if (openssh === undefined) return PROTECTED_PEM.test(text) ? new ProtectedKey(publicHalfBeside(file)) : undefined;
    const [cipher, , , publicKey] = fieldsOf(Buffer.from(openssh, 'base64'));
    if (cipher === undefined || cipher.toString() === 'none') return undefined;
    return new ProtectedKey(publicKey?.toString('base64'));
  }

  /** @param publicKey in base64; undefined when it is not known */
  private constructor(private readonly publicKey: string | undefined) {}

  /** The agent is there but does not hold the key. False if we cannot find out. */
  get isMissingInAgent(): boolean {
    if (this.publicKey === undefined) return false;
    try {
      const { exitCode, stdout } = sshAdd.captureSync(['-L'], { timeoutSeconds: 5 });
      // 1: the agent holds none at all.
      return exitCode === 1 || (exitCode === 0 && !stdout.includes(this.publicKey));
    } catch {
      return false;
    }
  }
}

/** Cipher, function for the passphrase, its options, and the public key: they are readable without the passphrase. */
function fieldsOf(bytes: Buffer): Buffer[] {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return [];
  const fields: Buffer[] = [];
  let at = MAGIC.length;
  for (const isNumberBefore of [false, false, false, true]) {
    if (isNumberBefore) at += 4;
    if (at + 4 > bytes.length) break;
    const length = bytes.readUInt32BE(at);
    fields.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return fields;
}

function publicHalfBeside(file: string): string | undefined {
  try {
    return readFileSync(`${file}.pub`, 'latin1').split(' ')[1];
  } catch {
    return undefined;
  }
}
