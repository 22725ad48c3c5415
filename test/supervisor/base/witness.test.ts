import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runFunctions } from '../support/supervisor-functions';

describe('a transaction on a full disk', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'witness-'));
    for (const name of ['disk', 'run']) mkdirSync(path.join(folder, name));
    rmSync(path.join(folder, 'log'), { force: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs code on a host whose directories are in this folder. */
  const run = (code: string) =>
    runFunctions(
      `state_directory=$1/disk run_directory=$1/run log_directory=$1/disk journal=$1/disk/journal
       spare=$1/disk/spare witness=$1/run/journal lock=$1/run/lock
       id=${'a'.repeat(32)} journal_id=$id call=c0
       ${code}`,
      folder,
    );
  /** To the last byte: the file that the journal is written to cannot grow. */
  const FULL = 'ln -s /dev/full "$journal.new";';
  const enter = (state: string) => `clear_journal; journal_id=$id; enter_state ${state} >/dev/null; echo "$?";`;
  const STATE = 'read_journal; echo "$journal_state"';

  it('the end of a transaction is known although the journal cannot be written', () => {
    expect(run(`${enter('activating')} ${FULL} ${enter('rolled-back')} ${STATE}`)).toBe('0\n1\nrolled-back\n');
    expect(readFileSync(path.join(folder, 'disk', 'journal'), 'utf8')).toContain('state=activating\n');
  });

  it('a commit that cannot be written down is none', () => {
    expect(run(`${enter('rolled-back')} ${FULL} ${enter('committed')} ${STATE}`)).toBe('0\n1\nrolled-back\n');
  });

  it.each(['yes', 'no'])('a commit that cannot be written down repairs nothing: unsettled is still %s', (unsettled) => {
    const commit = `record_owner() { :; }; digest_of_boots() { echo none; }; running_system() { echo none; }
      clear_journal; journal_id=$id journal_unsettled=${unsettled} toplevel=/nix/store/x files_digest=none`;
    const end = `enter_committed >/dev/null; rm "$journal.new"; ${'enter_state rolled-back >/dev/null'}`;
    expect(run(`${commit}; ${FULL} ${end}; read_journal; echo "$journal_unsettled"`)).toBe(`${unsettled}\n`);
  });

  it('what could not be written is forgotten as soon as the journal can be written', () => {
    const code = `${FULL} ${enter('rolled-back')} rm "$journal.new"; ${enter('aborted')} ${STATE}; ls "$1/run"`;
    expect(run(code)).toBe('1\n0\naborted\n');
  });

  it('the journal gets the room that was kept for it', () => {
    const full = 'write_journal() { [ ! -e "$spare" ]; };';
    expect(run(`keep_spare; stat -c %s "$spare"; ${full} ${enter('rolled-back')}`)).toBe('65536\n0\n');
  });

  it('a follower of a transaction that nobody works on says so within seconds', { timeout: 15_000 }, () => {
    writeFileSync(path.join(folder, 'run', 'lock'), '');
    const left = `${FULL} clear_journal; journal_id=$id journal_boot_id=$(boot_id); enter_state waiting >/dev/null;`;
    const code = `has_systemd() { return 1; }; ${left} begun=$(now); follow none; [ $(($(now) - begun)) -lt 9 ] && echo soon`;
    const said = run(code);
    expect(said).toMatch(/^@nixos-c0 state=waiting\n@nixos-c0 state=abandoned\n/);
    expect(said).toContain('\n@nixos-c0 reason=nobody works on it any more (it was waiting)\n');
    expect(said).toMatch(/soon\n$/);
  });

  it('a follower of a transaction of an earlier boot leaves it to the next one', () => {
    const left = 'clear_journal; journal_id=$id journal_boot_id=other; enter_state waiting >/dev/null;';
    expect(run(`has_systemd() { return 1; }; : >"$lock"; ${left} yes_if is_abandoned`)).toBe('no\n');
  });

  it('a follower ends on a host that can run nothing any more', { timeout: 15_000 }, () => {
    const left = `${FULL} clear_journal; journal_id=$id; enter_state waiting >/dev/null;`;
    const cannotRun = 'is_abandoned() { return 1; }; PATH=/nonexistent;';
    const said = run(`${left} ${cannotRun} (follow none) 2>/dev/null; echo "$?"`);
    expect(said).toBe(
      '@nixos-c0 state=waiting\n@nixos-c0 error=failed nothing can be run on the host any more, not even sleep\n1\n',
    );
  });

  it('a follower ends on a host that does not know the time any more', { timeout: 15_000 }, () => {
    const left = `${FULL} clear_journal; journal_id=$id; enter_state waiting >/dev/null;`;
    const said = run(`${left} now() { :; }; is_abandoned() { return 1; }; (follow none) 2>/dev/null; echo "$?"`);
    expect(said).toMatch(/error=failed the transaction did not end in time \(state [a-z]+\)\n1\n$/);
  });
});
