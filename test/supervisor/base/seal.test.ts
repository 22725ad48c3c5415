import { describe, expect, it } from 'vitest';
import { runFunctions } from '../support/supervisor-functions';

/** Stands in for a host with or without a working TPM, whose key is on the file system of the secrets or on another one. */
const HOST = `
  tpm=$1 place=$2
  has_program() { true; }
  device_of() { case $1 in /var/lib/systemd) echo "$place" ;; *) echo same ;; esac; }
  has_tpm() { [ "$tpm" = tpm ]; }
  `;

describe('the key by which a kept secret is sealed', () => {
  it.each([
    ['tpm', 'same', 'host+tpm2'],
    ['no tpm', 'same', 'host'],
    ['tpm', 'other', 'tpm2'],
    ['no tpm', 'other', 'plain'],
  ])('a host with %s, and its own key on the %s file system, seals by one key: %s expected', (tpm, place, key) => {
    expect(runFunctions(`${HOST} way_to_seal`, tpm, place)).toBe(`${key}\n`);
  });

  it('a host whose TPM does not work tries no weaker key, and seals nothing', () => {
    const code = `${HOST} seal_by() { echo "tried $1"; false; }; seal token || echo refused`;
    expect(runFunctions(code, 'tpm', 'same')).toBe('tried host+tpm2\nrefused\n');
  });

  it('a host without systemd-creds keeps a file of root', () => {
    expect(runFunctions(`${HOST} has_program() { false; }; way_to_seal`, 'tpm', 'same')).toBe('plain\n');
  });
});
