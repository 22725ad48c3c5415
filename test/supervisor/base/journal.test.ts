import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
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

  it('the journal keeps every field that version 0.1.0 wrote, so that either version reads the other', () => {
    const printed = runFunctions('journal=$1; read_journal; print_journal', file);
    expect(printed).toBe(`${JOURNAL_0_1_0}reason-code=\n`);
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
});
