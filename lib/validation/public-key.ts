import { display, holdsPrivateKey } from './display';
import type { Problem } from './problem';

const EXPECTED = 'one SSH public key: <type> <base64>, for example "ssh-ed25519 AAAA..."';
/** Bytes of each field after the type's name; undefined where the length varies. */
const FIELDS: { readonly [type: string]: readonly (number | undefined)[] } = {
  'ssh-ed25519': [32],
  'ssh-rsa': [undefined, undefined],
  'ecdsa-sha2-nistp256': [8, 65],
  'ecdsa-sha2-nistp384': [8, 97],
  'ecdsa-sha2-nistp521': [8, 133],
};
const KEY_TYPE = /^(ssh-|ecdsa-|sk-|rsa-sha2-)/;

/** The problem with the text of a public key, with or without a comment, if there is one. */
export function publicKeyProblem(key: unknown): Problem | undefined {
  const advice = fix(key);
  return advice === undefined ? undefined : { given: display(key), expected: EXPECTED, fix: advice };
}

/** The same for a key that has to be an ed25519 key. */
export function ed25519KeyProblem(key: unknown): Problem | undefined {
  const problem = publicKeyProblem(key);
  if (problem !== undefined || /^\s*ssh-ed25519\s/.test(key as string)) return problem;
  return { given: display(key), expected: 'an ed25519 key', fix: 'make one with ssh-keygen -t ed25519' };
}

/** The key without its comment: `<type> <base64>`. */
export function normalizedPublicKey(key: string): string {
  return key
    .trim()
    .split(/[ \t]+/)
    .slice(0, 2)
    .join(' ');
}

function fix(key: unknown): string | undefined {
  if (typeof key !== 'string') return 'give the key as a string';
  if (holdsPrivateKey(key))
    return 'give the public half (the file that ends in .pub), and replace this key if it was committed';
  if (/[\r\n]/.test(key.replace(/\r?\n$/, ''))) return 'give each key as an element of its own';
  const [type = '', encoded = ''] = key.trim().split(/[ \t]+/);
  if (type === '') return 'give the content of a .pub file';
  if (/^(~?|\.{1,2})\//.test(type)) return 'give the content of the .pub file, not its path';
  if (type.startsWith('@') || (!KEY_TYPE.test(type) && KEY_TYPE.test(encoded))) return knownHostsFix(type);
  if (!Object.hasOwn(FIELDS, type)) return `supported types are ${Object.keys(FIELDS).join(', ')}`;
  return blobFix(type, encoded);
}

function knownHostsFix(marker: string): string {
  if (marker === '@cert-authority') return 'use HostKeys.certificateAuthority with the key alone';
  if (marker === '@revoked') return 'leave a revoked key out';
  return 'this is a line of a known_hosts file: give the key without the host, or use HostKeys.fromKnownHostsFile';
}

function blobFix(type: string, encoded: string): string | undefined {
  const blob = Buffer.from(encoded, 'base64');
  if (encoded === '' || blob.toString('base64') !== encoded)
    return 'the key is cut off or not base64; copy the whole line';
  const fields = splitFields(blob);
  if (fields === undefined) return 'the key is cut off; copy the whole line';
  const [name, ...rest] = fields;
  if (name.toString('latin1') !== type)
    return `the key is of type ${display(name.toString('latin1'))}; copy the line again`;
  const lengths = FIELDS[type];
  const whole =
    rest.length === lengths.length && rest.every((field, i) => field.length === (lengths[i] ?? field.length));
  return whole ? undefined : 'the key is cut off; copy the whole line';
}

/** The fields of the wire format (RFC 4253, section 6.6), each led by its length; undefined when they do not fill the blob. */
function splitFields(blob: Buffer): [Buffer, ...Buffer[]] | undefined {
  const fields: Buffer[] = [];
  let offset = 0;
  while (offset < blob.length) {
    if (offset + 4 > blob.length) return undefined;
    const end = offset + 4 + blob.readUInt32BE(offset);
    if (end > blob.length) return undefined;
    fields.push(blob.subarray(offset + 4, end));
    offset = end;
  }
  const [first, ...rest] = fields;
  return first === undefined ? undefined : [first, ...rest];
}
