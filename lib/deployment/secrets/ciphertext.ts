import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { SecretOrigin } from '../../job/secret-fields';
import { getOrCreate } from '../../private/get-or-create';
import { userPath } from '../../private/paths';
import { displayFile } from '../../validation/display';
import type { Problem } from '../../validation/problem';
import { sopsCiphertext } from './sops-file';

/**
 * The digest of a secret's ciphertext, which may be in the repository; undefined for a source that has none. Nothing is
 * decrypted at synth.
 */
export function ciphertextDigest(origin: SecretOrigin): string | undefined {
  const found = ciphertextOf(origin);
  return found !== undefined && 'ciphertext' in found ? sha256(found.ciphertext) : undefined;
}

/** The problem with a secret's ciphertext, if there is one. */
export function ciphertextProblem(origin: SecretOrigin): Problem | undefined {
  const found = ciphertextOf(origin);
  return found !== undefined && 'problem' in found ? found.problem : undefined;
}

type Ciphertext = { readonly ciphertext: string | Buffer } | { readonly problem: Problem };

/** By source: the check, the trigger and the job of a deployment have to see the same file. */
const known = new WeakMap<SecretOrigin, Ciphertext>();

function ciphertextOf(origin: SecretOrigin): Ciphertext | undefined {
  if (origin.kind !== 'sops' && origin.kind !== 'age') return undefined;
  return getOrCreate(known, origin, () => readCiphertext(origin));
}

function readCiphertext(origin: SecretOrigin & { readonly kind: 'sops' | 'age' }): Ciphertext {
  const content = read(origin.file);
  if (!Buffer.isBuffer(content)) return { problem: content };
  if (origin.kind === 'age') return ageCiphertext(content, origin.file);
  const found = sopsCiphertext(content.toString('utf8'), origin.file, origin.key);
  if ('ciphertext' in found) return found;
  return { problem: { ...found.problem, given: `${found.problem.given} (file ${displayFile(origin.file)})` } };
}

function ageCiphertext(content: Buffer, file: string): Ciphertext {
  const isAge = AGE_HEADERS.some((header) => content.subarray(0, header.length).toString('latin1') === header);
  if (isAge) return { ciphertext: content };
  return {
    problem: {
      given: `file ${displayFile(file)}, which does not begin as an age file does`,
      expected: 'a file that age encrypted',
      fix: 'encrypt it with age; a plain file is given by SecretSource.file',
    },
  };
}

/** The second one is that of an armored file. */
const AGE_HEADERS = ['age-encryption.org/v1', '-----BEGIN AGE ENCRYPTED FILE-----'];

function read(file: string): Buffer | Problem {
  try {
    return readFileSync(userPath(file));
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
