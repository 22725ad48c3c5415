import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runFunctions } from '../support/supervisor-functions';

const MEGABYTE = 2 ** 20;

describe('what a program of a system prints', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'output-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs code with a log in the folder; returns the log. */
  function logged(code: string): string {
    const log = path.join(folder, 'log');
    runFunctions(
      `run_directory=$1 journal_id=output$$ journal_state=activating journal_supervisor="$$ 0"; exec >>"$1/log" 2>&1\n${code}`,
      folder,
    );
    return readFileSync(log, 'utf8');
  }

  it('the first and the last MB are kept of what a program prints', () => {
    const log = logged(
      `bounded 60 sh -c 'echo first; yes line | head -c 300000000; echo; echo last >&2'; echo "status $?"`,
    );
    expect(log.length).toBeGreaterThan(1.9 * MEGABYTE);
    expect(log.length).toBeLessThan(2.1 * MEGABYTE);
    expect(log).toMatch(/^first\nline\n/);
    expect(log).toMatch(/\ncdktf-nixos: the last MB of what it printed:\n/);
    expect(log).toMatch(/\nlast\nstatus 0\n$/);
  });

  it('a program that prints without end is ended by its limit, and its last lines are kept', () => {
    const log = logged(
      `bounded 1 sh -c 'trap "echo over; exit" TERM; while :; do echo "$$ $$ $$ $$"; done'; echo "status $?"`,
    );
    expect(log.length).toBeLessThan(2.1 * MEGABYTE);
    expect(log).toMatch(/\nover\nstatus 124\n$/);
  });

  it('a line that does not end takes no more memory than allowed, and its end is kept', () => {
    const log = logged(`bounded 60 sh -c 'head -c 900000000 /dev/zero | tr "\\0" x; echo end'; echo "status $?"`);
    expect(log.length).toBeLessThan(2.1 * MEGABYTE);
    expect(log).toMatch(/xxxend\nstatus 0\n$/);
  });

  it('a line is in the log as soon as it is printed', () => {
    expect(logged(`bounded 20 sh -c 'echo early; sleep 0.5; wc -l <"$1/log"' sh "$1"`)).toBe('early\n1\n');
  });

  it('a daemon that a program leaves behind may print later, and is not waited for', async () => {
    const daemon = '(sleep 2; echo late; yes x | head -c 200000; echo done >"$1/done") &';
    const begun = Date.now();
    expect(logged(`bounded 20 sh -c 'echo started; ${daemon}' sh "$1"; echo "status $?"`)).toBe('started\nstatus 0\n');
    expect(Date.now() - begun).toBeLessThan(2000);
    await expect.poll(() => existsSync(path.join(folder, 'done'))).toBe(true);
  });

  it('a program runs where no pipe can be made', () => {
    expect(logged('mkfifo() { return 1; }; bounded 20 sh -c "echo lost; exit 7"; echo "status $?"')).toBe('status 7\n');
    expect(existsSync('/dev/null')).toBe(true);
  });

  it('a line that the first MB would cut is shown once and whole', () => {
    const log = logged(
      `bounded 60 sh -c 'yes line | head -c 1048570; echo; echo a-secret-in-one-line; seq 9; echo end'; echo "status $?"`,
    );
    expect(log.match(/^.*secret.*$/gm)).toEqual(['a-secret-in-one-line']);
    expect(log).toMatch(/\ncdktf-nixos: the last MB of what it printed:\n1\n2\n[^a-z]*end\nstatus 0\n$/);
  });

  it('the last MB begins with a whole line', () => {
    const log = logged(`bounded 60 sh -c 'yes a-secret-in-one-line | head -n 200000'; echo "status $?"`);
    expect(new Set(log.split('\n'))).toEqual(
      new Set(['a-secret-in-one-line', 'cdktf-nixos: the last MB of what it printed:', 'status 0', '']),
    );
  });

  it('a log as long as the first MB has no last one', () => {
    const log = logged(`bounded 60 sh -c 'yes 1234567 | head -c 1048576'; echo "status $?"`);
    expect(log.length).toBe(MEGABYTE + 'status 0\n'.length);
  });

  /** The lines of a log that are shown. */
  function shownOf(log: string): string {
    return runFunctions(`{ ${log}; } >"$1/a.log"; last_lines "$1/a.log"`, folder);
  }

  it('the end of a log begins with a whole line', () => {
    const line = '{"password":"correct-horse-battery-staple","x":"';
    expect(shownOf(`printf '${line}'; head -c 49970 /dev/zero | tr '\\0' y; printf '\\nend\\n'`)).toBe('end\n');
    const long = (length: number) => `printf 'first\\n'; head -c ${length} /dev/zero | tr '\\0' y; printf '\\nend\\n'`;
    expect(shownOf(long(49_996))).toBe('end\n');
    expect(shownOf(long(49_995)).length).toBe(50_000);
    expect(shownOf(`printf 'first\\nend\\n'`)).toBe('first\nend\n');
  });

  it('of a log with a very long line is shown what comes after it', () => {
    expect(shownOf(`head -c 3000000 /dev/zero | tr '\\0' x; printf '\\nend\\n'`)).toBe('end\n');
  });
});
