import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runFunctions } from '../support/supervisor-functions';

const ID = 'leftovers-of-a-test';
const MARKED = { env: { ...process.env, CDKTF_NIXOS_TRANSACTION: ID } };

describe('what a transaction left', () => {
  let folder: string;
  let marked: ReturnType<typeof spawn>;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'leftovers-'));
    marked = spawn('sleep', ['60'], MARKED);
  });
  afterEach(() => {
    marked.kill();
    rmSync(folder, { recursive: true });
  });

  /** Runs code for a transaction that is being rolled back. */
  function run(code: string): string {
    const transaction = `run_directory=$1 journal_id=${ID} journal_state=rolling-back journal_supervisor="$$ 0"`;
    return runFunctions(`${transaction}; has_systemd() { false; }; ${code}`, folder);
  }

  it('a process with the mark of the transaction is found among those of root', () => {
    expect(run(`processes_of_root() { echo $$; echo ${marked.pid}; }; processes_marked`)).toBe(`${marked.pid}\n`);
  });

  it('a process with the mark is left alone if another user runs it', () => {
    expect(run('processes_of_root() { echo $$; }; processes_marked')).toBe('');
  });

  it('no process is told by its mark where the unit holds everything', () => {
    const root = `processes_of_root() { echo ${marked.pid}; }`;
    expect(run(`${root}; has_systemd() { :; }; processes_marked`)).toBe('');
  });

  it('is found by its session without pgrep, which any user can make hang', () => {
    const code = `
      setsid sleep 30 >/dev/null 2>&1 & left=$!
      until [ "$(processes_in_session "$left")" = "$left" ]; do sleep 0.1; done
      pgrep() { echo hangs; }
      journal_supervisor="$left $(start_of "$left")"
      processes_of_session
      echo "$left"
      kill "$left"`;
    expect(run(code)).toMatch(/^(\d+)\n\1\n$/);
  });

  it('is killed for 10 s at most, however long each look takes', () => {
    const code = `
      clock=$run_directory/clock
      echo 0 >"$clock"
      now() { cat "$clock"; }
      sleep() { :; }
      list_leftovers() { echo look; echo "$(($(now) + 4))" >"$clock"; : >"$run_directory/leftovers"; }
      kill_leftovers`;
    expect(run(code)).toBe('look\nlook\nlook\n');
  });
});
