import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runFunctions } from '../support/supervisor-functions';

const [SHOWN, LEFT] = ['a'.repeat(32), 'b'.repeat(32)];
/** How the digest of "x" begins that `sha256sum` prints. */
const DIGEST = '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881';

describe('secrets that a host keeps', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'kept-'));
    for (const generation of [SHOWN, LEFT]) {
      write(`values/${generation}/.files`, 'secret token root root 0400 - host\n');
      write(`secrets/${generation}/token`, 'sealed');
      write(`open/${generation}/token`, 'x');
      write(`open/${generation}/.files`, `secret token root root 0400 1 ${DIGEST}\n`);
    }
    for (const link of ['current', 'committed']) symlinkSync(SHOWN, path.join(folder, 'values', link));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(file: string, text: string): void {
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }

  /** Runs code on a host whose files are in the folder. */
  function run(code: string): string {
    const host = `values_directory=$1/values secrets_directory=$1/secrets open_directory=$1/open run_directory=$1/run
      state_directory=$1 journal=$1/journal witness=$1/witness lock=$1/lock; mkdir -p "$1/run"
      digest_of_sealed() { echo opened >>"$state_directory/opened"; hash_of "$open_directory/$1/$2"; }`;
    return runFunctions(`${host}\n${code}`, folder);
  }

  const look = () => run(`yes_if files_are_there ${SHOWN}`);
  const timesOpened = () => readFileSync(path.join(folder, 'opened'), 'utf8').split('\n').length - 1;

  it('a sealed secret is opened for a test once, and again after a boot or when its file is another one', () => {
    expect([look(), look(), look()]).toEqual(['yes\n', 'yes\n', 'yes\n']);
    expect(timesOpened()).toBe(1);
    write(`secrets/${SHOWN}/token`, 'other!');
    expect([look(), look(), timesOpened()]).toEqual(['yes\n', 'yes\n', 2]);
    rmSync(path.join(folder, 'open', SHOWN, '.opened'));
    expect([look(), look(), timesOpened()]).toEqual(['yes\n', 'yes\n', 3]);
  });

  it('a secret that could not be opened is not taken for opened', () => {
    const code = `digest_of_sealed() { echo none; }; yes_if files_are_there ${SHOWN}; yes_if files_are_there ${SHOWN}`;
    expect(run(code)).toBe('no\nno\n');
  });

  it('a sealed file that is gone is missed, and so is an opened one that is another', () => {
    expect(look()).toBe('yes\n');
    write(`open/${SHOWN}/token`, 'y');
    expect(look()).toBe('no\n');
    write(`open/${SHOWN}/token`, 'x');
    expect(look()).toBe('yes\n');
    rmSync(path.join(folder, 'secrets', SHOWN, 'token'));
    expect(run(`digest_of_sealed() { hash_of "$secrets_directory/$1/$2"; }; yes_if files_are_there ${SHOWN}`)).toBe(
      'no\n',
    );
  });

  it('a generation without a list counts as lost', () => {
    rmSync(path.join(folder, 'values', SHOWN, '.files'));
    expect(look()).toBe('no\n');
  });

  const generations = () =>
    ['values', 'secrets', 'open'].filter((directory) => existsSync(path.join(folder, directory, LEFT)));

  it('secrets that a killed start has received are removed by the next one who stages', () => {
    write(`run/${LEFT}/starter`, '999999999 1\n');
    run('has_systemd() { false; }; pgrep() { false; }; drop_unused_files');
    expect(generations()).toEqual([]);
    expect(existsSync(path.join(folder, 'open', SHOWN, 'token'))).toBe(true);
  });

  it.each([
    [
      'a start receives them',
      `mkdir "$run_directory/${LEFT}"; echo "$$ $(start_of $$)" >"$run_directory/${LEFT}/starter"`,
    ],
    ['a transaction is under way', 'read_journal() { journal_damage="" journal_state=waiting; }'],
    ['a transaction has the lock', 'exec 5>>"$lock"; flock 5'],
    ['nobody knows what is under way', 'read_journal() { journal_damage=cut journal_state=none; }'],
  ])('secrets are not removed while %s', (_, code) => {
    run(`${code}; drop_unused_files`);
    expect(generations()).toEqual(['values', 'secrets', 'open']);
  });

  /** The reason after a rollback to the shown generation. */
  const reasonAfter = (code: string) =>
    run(`${code}; journal_reason='it failed' journal_files_before=${SHOWN} journal_files_committed_before=${SHOWN}
      restore_files; echo "$? $journal_reason"`);

  it('a rollback says when secrets of before are gone from memory', () => {
    expect(reasonAfter(':')).toBe('0 it failed\n');
    const gone = '0 it failed; secrets of before are gone from memory, and the next deployment brings them again\n';
    expect(reasonAfter(`rm "$open_directory/${SHOWN}/token"`)).toBe(gone);
    expect(reasonAfter('rm -r "$open_directory"')).toBe(gone);
  });

  it('what somebody has mounted over the secrets is not covered, because it may hide some', () => {
    const code = 'call=0123456789abcdef; stat() { echo tmpfs; }; mount() { echo mounted; }; mkdir -p "$run_directory"';
    const mount = '(mount_ramfs || refuse_mount "$?") || true';
    expect(run(`${code}; mountpoint() { true; }; ${mount}`)).toContain(
      `error=failed something else is mounted on ${folder}/open and may hide secrets: umount ${folder}/open`,
    );
    expect(run(`${code}; mountpoint() { false; }; ${mount}`)).toBe('mounted\n');
  });
});
