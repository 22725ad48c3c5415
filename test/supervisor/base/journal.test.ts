import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { kill } from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runFunctions } from '../support/supervisor-functions';

const ONE = '/nix/store/11111111111111111111111111111111-one';
const TWO = '/nix/store/22222222222222222222222222222222-two';
const DIGEST = '3e9833bcde5b1cf3fe7df37e7220b1608df4f06b74fbb7f237850d753f8c6bfa';

/** As commit 3498fe2 wrote it after a rollback on a host with delivered values. */
const JOURNAL_0_1_0 = `format=1
id=${'a'.repeat(32)}
state=rolled-back
goal=switch
toplevel=${TWO}
previous=${ONE}
previous-etc=${ONE}-etc
previous-profile=${ONE}
previous-generation=7
generation=7
boot-begun=no
boot-id=4c1b7c6e-0d5a-4b52-9d0e-0f2a5a0f3a11.42
supervisor=812 9001
by=me@here
values=${'c'.repeat(64)}
values-before=${'b'.repeat(32)}
values-committed-before=${'b'.repeat(32)}
committed=${ONE}
committed-values=${DIGEST}
committed-boot-id=4c1b7c6e-0d5a-4b52-9d0e-0f2a5a0f3a11.42
unsettled=no
reason=no new login confirmed the system within 60 s
`;

describe('the journal', () => {
  let directory: string;
  let file: string;

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'journal-'));
    file = path.join(directory, 'journal');
    writeFileSync(file, JOURNAL_0_1_0);
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('the journal keeps every field that version 0.1.0 wrote, in format 2', () => {
    const added = 'committed-running=\nboots=none\nowner-project=\nowner-stack=\nowner-workspace=\n';
    const written = JOURNAL_0_1_0.replace('format=1', 'format=2')
      .replace('unsettled=', `${added}unsettled=`)
      .replace('reason=', 'unswitched=\nserving-unit=\nnot-up=\nreason-code=\nreason=');
    expect(rewritten()).toBe(written);
    writeFileSync(file, written);
    expect(rewritten()).toBe(written);
  });

  it('the journal keeps what a newer version wrote into it, byte for byte, also in a new transaction', () => {
    const unknown = 'colour=dark = "red" \\t $(id)\nshape=ü\nshape=\n';
    writeFileSync(file, JOURNAL_0_1_0.replace('reason=', `${unknown}reason=`));
    expect(rewritten()).toContain(`\n${unknown}reason=no new login`);
    expect(rewritten('files_digest=none; new_journal "$journal_id" 2>/dev/null')).toContain(`\n${unknown}reason=\n`);
  });

  it('the journal holds what fits in a line of it, whatever the reason is', () => {
    const code = `${'journal_reason=$(printf "two\\nlines\\r%9999s"); write_journal; read_journal'}`;
    expect(rewritten(`state_directory=\${journal%/*}; ${code}`)).toMatch(/\nreason=twolines {4088}\n$/);
  });

  it('the largest journal that is read can be read again after it was written', () => {
    const unknown = `${'a='.padEnd(1023, 'b')}\n`;
    const long = 'journal_reason=$(printf %9999s | tr " " r) journal_not_up=$(printf %2000s | tr " " n)';
    const code = `journal=$1 state_directory=\${1%/*}; read_journal; [ -z "$journal_damage" ] || exit 0; ${long}; write_journal; damage_of_journal; stat -c %s "$1"`;
    const sizes = [31, 32, 48, 62].map((lines) => {
      writeFileSync(file, JOURNAL_0_1_0.replace('reason=', `${unknown.repeat(lines)}reason=`));
      return runFunctions(code, file).trim();
    });
    expect(sizes.filter((size) => !/^\d*$/.test(size))).toEqual([]);
    expect(Number(sizes[1])).toBeGreaterThan(32768);
  });

  it('the journal of version 0.1.0 gives the digest of the delivered files', () => {
    const code = 'journal=$1; read_journal; printf "%s\\n" "$journal_committed_files" "$journal_files_before"';
    expect(runFunctions(code, file)).toBe(`${DIGEST}\n${'b'.repeat(32)}\n`);
  });

  it('the journal keeps the last commit and unrepaired damage when a new transaction begins', () => {
    const code = `
      journal=$1; read_journal; journal_unsettled=yes files_digest=none; new_journal new 2>/dev/null
      printf '%s\\n' "$journal_id" "$journal_committed" "$journal_committed_files" "$journal_unsettled" "$journal_reason"`;
    expect(runFunctions(code, file)).toBe(`new\n${ONE}\n${DIGEST}\nyes\n\n`);
  });

  it('the journal is empty when there is no file', () => {
    const code = 'journal=$1; read_journal; echo "$journal_format $journal_state $journal_committed_files"';
    expect(runFunctions(code, `${file}.none`)).toBe('none none none\n');
  });

  it('the journal of a newer version is not understood, whatever its fields are', () => {
    writeFileSync(file, 'format=3\nstate=asleep\nid=7\n');
    const code = 'journal=$1; read_journal; echo "$journal_format $journal_state $journal_damage"';
    expect(runFunctions(code, file)).toBe('3 none \n');
  });

  it.each([
    ['with two digits', 'format=10\nstate=asleep\n', '10'],
    ['with many digits', `format=${'9'.repeat(30)}\n`, '9'.repeat(30)],
    ['larger than 64 KiB', `format=3\n${'colour=dark\n'.repeat(6000)}`, '3'],
    ['with an open last line', 'format=3\nstate=asl', '3'],
    ['with lines that are none of ours', 'format=11\n{"state": "asleep"}\n', '11'],
  ])('the journal of a newer version is newer and not damaged: %s', (_, text, format) => {
    writeFileSync(file, text);
    const code =
      'journal=$1; read_journal; echo "$journal_format $journal_state $journal_damage"; yes_if is_newer_journal';
    expect(runFunctions(code, file)).toBe(`${format} none \nyes\n`);
  });

  it.each(['format=02', 'format=1', 'format=2', 'format=0', 'format=3x', 'format='])(
    'a journal that begins with %s and nothing else is damaged, not newer',
    (text) => {
      writeFileSync(file, `${text}\n`);
      const code = 'journal=$1; read_journal; yes_if test -n "$journal_damage"; echo "$journal_format"';
      expect(runFunctions(code, file)).toBe('yes\nnone\n');
    },
  );

  describe('when it is damaged', () => {
    const damaged = (change: (journal: string) => string) => () => writeFileSync(file, change(JOURNAL_0_1_0));
    const waiting = (previous: string) =>
      JOURNAL_0_1_0.replace('rolled-back', 'waiting')
        .replace(/^boot-id=.*$/m, `boot-id=${runFunctions('boot_id').trim()}`)
        .replace(/^previous=.*$/m, `previous=${previous}`);

    it.each([
      ['cut at 60 bytes', damaged((text) => text.slice(0, 60)), 'its last line is cut off'],
      ['cut at the end of a line', damaged((text) => text.split('\n', 9).join('\n') + '\n'), 'it is cut off'],
      ['without a last line end', damaged((text) => text.trimEnd()), 'its last line is cut off'],
      ['cut after a dot', damaged((text) => `${text.trimEnd()}.`), 'its last line is cut off'],
      ['cut after an x', damaged((text) => `${text.trimEnd()}x`), 'its last line is cut off'],
      ['cut in its format', damaged(() => 'format=3'), 'its last line is cut off'],
      [
        'with line ends of Windows',
        damaged((text) => text.replaceAll('\n', '\r\n')),
        'line 1 is not a line of a journal',
      ],
      ['with a NUL', damaged((text) => text.replace('by=', 'by=\0')), 'line 14 is not a line of a journal'],
      ['nothing but NULs', damaged(() => '\0'.repeat(500)), 'its last line is cut off'],
      ['one line of 30 MB', damaged(() => `format=1${' '.repeat(30e6)}`), 'it is larger than 64 KiB'],
      ['without a format', damaged((text) => text.replace('format=1\n', '')), 'it does not begin with its format'],
      ['noise', damaged(() => 'lorem ipsum\n'), 'line 1 is not a line of a journal'],
      ['an unknown state', damaged((text) => text.replace('rolled-back', 'asleep')), 'its state is not understood'],
      ['another system', damaged((text) => text.replace(`=${ONE}`, '=/bin')), 'its previous is not understood'],
      ['another process', damaged((text) => text.replace('812 9001', '1;reboot')), 'its supervisor is not understood'],
      ['a field twice', damaged((text) => text.replace('goal=', 'id=\ngoal=')), 'it has id twice'],
      ['too many unknown lines', damaged((text) => `${text}${'a=b\n'.repeat(65)}`), 'too much in it is unknown'],
      ['a long unknown line', damaged((text) => `${text}a=${'b'.repeat(1024)}\n`), 'too much in it is unknown'],
      [
        'unknown lines that leave no room for ours',
        damaged((text) => text + `${'a='.padEnd(1023, 'b')}\n`.repeat(33)),
        'too much in it is unknown',
      ],
      ['a directory', () => void (rmSync(file), mkdirSync(file)), 'it is not a regular file'],
      ['a FIFO', () => void (rmSync(file), execFileSync('mkfifo', [file])), 'it is not a regular file'],
      ['a symlink', () => void (rmSync(file), symlinkSync('/etc/passwd', file)), 'it is not a regular file'],
      ['a dangling symlink', () => void (rmSync(file), symlinkSync('/nowhere', file)), 'it is not a regular file'],
      ['under way without a previous system', damaged(() => waiting('')), 'its previous system is not on the host'],
      ['under way with a dead one', damaged(() => waiting(ONE)), 'its previous system is not on the host'],
    ])('a journal is not believed that is damaged: %s', (_, damage, message) => {
      damage();
      const code = `journal=$1; read_journal
        printf '%s\\n' "$journal_damage" "$journal_state$journal_id$journal_previous$journal_supervisor" "$journal_unsettled"`;
      expect(runFunctions(code, file)).toBe(`${message}\nnone\nyes\n`);
    });

    describe('beside the request of another transaction', () => {
      const OTHER = 'c'.repeat(32);
      /** Whether deployments wait for it. */
      const isWithin = (host: string) =>
        runFunctions(
          `journal_damage=torn run_directory=$1 id=${'d'.repeat(32)}; ${host}; yes_if is_damaged_within_transaction`,
          directory,
        ).trim();
      beforeEach(() => {
        mkdirSync(path.join(directory, OTHER));
        writeFileSync(path.join(directory, OTHER, 'header'), '');
      });

      it.each([
        ['active', 'yes'],
        ['deactivating', 'yes'],
        ['inactive', 'no'],
        ['failed', 'no'],
      ])('a damaged journal stops deployments while the unit of that transaction lives: %s', (state, expected) => {
        const systemctl = `systemctl() { case $4 in cdktf-nixos-${OTHER}.service) echo ${state} ;; esac; }`;
        expect(isWithin(`has_systemd() { :; }; ${systemctl}`)).toBe(expected);
      });

      it('a damaged journal stops deployments while a process of that transaction lives, where there is no systemd', async () => {
        const script = path.join(directory, 'supervisor.sh');
        writeFileSync(script, 'sleep 60; :\n');
        const noSystemd = 'has_systemd() { return 1; }';
        expect(isWithin(noSystemd)).toBe('no');
        const process = spawn('/bin/sh', [script, 'watch', OTHER], { stdio: 'ignore', detached: true });
        await once(process, 'spawn');
        expect(isWithin(noSystemd)).toBe('yes');
        kill(-process.pid!, 'SIGKILL');
        await once(process, 'exit');
        expect(isWithin(noSystemd)).toBe('no');
      });
    });

    it('a damaged journal is kept aside, and of several the newest three', () => {
      for (const text of ['1', '2', '3', '4', '5']) {
        writeFileSync(file, text);
        runFunctions('journal=$1 state_directory=${1%/*}; read_journal; put_journal_aside', file);
      }
      const kept = readdirSync(directory).map((name) => [name, readFileSync(path.join(directory, name), 'utf8')]);
      expect(kept.sort()).toEqual(['3', '4', '5'].map((number) => [`journal.damaged-${number}`, number]));
    });
  });

  /** The journal as the supervisor writes it after it has read it. */
  function rewritten(between = ':'): string {
    return runFunctions(`journal=$1; read_journal; ${between}; print_journal`, file);
  }
});
