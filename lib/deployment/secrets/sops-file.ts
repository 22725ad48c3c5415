import { getOrCreate } from '../../private/get-or-create';
import { parse } from '../../private/yaml';
import type { Problem } from '../../validation/problem';
import { display } from '../../validation/display';

/** An encrypted value as sops writes it. It stays the same when another entry of its file is edited. */
const ENCRYPTED = /^ENC\[AES256_GCM,/;

/** The ciphertext of one entry of a file that sops encrypted, or what is wrong with it. */
export function sopsCiphertext(
  text: string,
  file: string,
  key: readonly string[],
): { readonly ciphertext: string } | { readonly problem: Problem } {
  const entries = file.endsWith('.env') ? dotenv(text) : structure(text);
  if (!isSet(entries) || !('sops' in entries || 'sops_version' in entries)) return { problem: NOT_ENCRYPTED };
  const found = key.reduce<unknown>(
    (within, name) => (isSet(within) && Object.hasOwn(within, name) ? within[name] : undefined),
    entries,
  );
  if (typeof found === 'string' && ENCRYPTED.test(found)) return { ciphertext: found };
  return { problem: entryProblem(found, key, entries) };
}

/** What each text holds: the hosts of a fleet have their secrets in the same few files. */
const structures = new Map<string, unknown>();

function structure(text: string): unknown {
  return getOrCreate(structures, text, () => {
    try {
      // JSON is YAML, too.
      return parse(text) as unknown;
    } catch {
      return undefined;
    }
  });
}

function dotenv(text: string): { readonly [name: string]: string } {
  const lines = text.split('\n').map((line) => /^([^#=]+)=(.*)$/.exec(line));
  return Object.fromEntries(lines.flatMap((line) => (line === null ? [] : [[line[1] as string, line[2] as string]])));
}

function isSet(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const NOT_ENCRYPTED: Problem = {
  given: 'a file without the metadata of sops',
  expected: 'a file that sops encrypted (YAML, JSON, dotenv)',
  fix: 'encrypt it with sops; a plain file is given by SecretSource.file',
};

function entryProblem(found: unknown, key: readonly string[], entries: object): Problem {
  const given = `the entry ${key.map(display).join('.')}`;
  if (found === undefined) {
    const names = Object.keys(entries).filter((name) => !name.startsWith('sops'));
    return { given, expected: `an entry of the file (at the top: ${names.join(', ')})`, fix: 'correct the key' };
  }
  if (isSet(found) || Array.isArray(found)) {
    return { given: `${given}, which has entries itself`, expected: 'one encrypted value', fix: 'name one of them' };
  }
  const fix = 'encrypt it (see encrypted_regex and unencrypted_suffix in .sops.yaml)';
  return { given: `${given}, which is not encrypted`, expected: 'one encrypted value', fix };
}
