import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { SecretOrigin } from '../../job/secret-fields';
import { projectPath } from '../../private/paths';
import { displayFile } from '../../validation/display';
import type { Problem } from '../../validation/problem';
import { sopsCiphertext } from './sops-file';

/** The digest of a secret's ciphertext; undefined for a source that has none. */
export type CiphertextDigest = { readonly digest: string | undefined } | { readonly problem: Problem };

/** Reads the ciphertext, which may be in the repository. Nothing is decrypted at synth. */
export function ciphertextDigest(origin: SecretOrigin): CiphertextDigest {
  if (origin.kind !== 'sops' && origin.kind !== 'age') return { digest: undefined };
  const content = read(origin.file);
  if (!Buffer.isBuffer(content)) return { problem: content };
  if (origin.kind === 'age') return ageDigest(content, origin.file);
  const found = sopsCiphertext(content.toString('utf8'), origin.file, origin.key);
  if ('ciphertext' in found) return { digest: sha256(found.ciphertext) };
  const { given } = found.problem;
  return { problem: { ...found.problem, given: `${given} (file ${displayFile(origin.file)})` } };
}

function ageDigest(content: Buffer, file: string): CiphertextDigest {
  if (AGE_HEADERS.some((header) => content.subarray(0, header.length).toString('latin1') === header)) {
    return { digest: sha256(content) };
  }
  return {
    problem: {
      given: `file ${displayFile(file)}, which does not begin as a file of age does`,
      expected: 'a file that age encrypted',
      fix: 'encrypt it with age; a plain file is given by SecretSource.file',
    },
  };
}

/** The second one is that of an armored file. */
const AGE_HEADERS = ['age-encryption.org/v1', '-----BEGIN AGE ENCRYPTED FILE-----'];

function read(file: string): Buffer | Problem {
  try {
    return readFileSync(projectPath(file));
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    return {
      given: `file ${displayFile(file)} (${reason})`,
      expected: 'a readable file: its ciphertext decides whether the secret is deployed again',
      fix: 'give its path relative to the folder of cdktf.json, or an absolute one',
    };
  }
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
