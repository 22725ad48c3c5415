import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runFunctions } from '../support/supervisor-functions';

const HOST = `
  toplevel=$1 run_directory=$1/run lock=$1/run/lock switch_lock=$1/nixos/lock id=check-of-a-test$$ call=c
  make_directories() { :; }
  processes_of_root() { for process in /proc/[0-9]*; do echo "\${process#/proc/}"; done; }`;

describe('the checks that a system makes before it is switched to', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'checks-'));
    for (const directory of ['bin', 'run', 'nixos']) mkdirSync(path.join(folder, directory));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** All events, when the program does this for its checks. */
  function events(program: string, host = ''): string[] {
    const file = path.join(folder, 'bin', 'switch-to-configuration');
    writeFileSync(file, `#!/bin/sh\n# PRE_SWITCH_CHECK\ncd ${folder}; echo >asked\n${program}\n`);
    chmodSync(file, 0o755);
    const said = runFunctions(`${HOST}\n${host}\n(refuse_failed_check) || true`, folder);
    return said.split('\n').filter((line) => line.startsWith('@nixos-c '));
  }
  /** The words of a refusal. */
  function refusal(program: string, host?: string): string {
    return events(program, host)
      .filter((line) => line.includes(' error='))
      .join('\n');
  }
  const asked = () => existsSync(path.join(folder, 'asked'));
  const read = (name: string) => readFileSync(path.join(folder, name), 'utf8').trim();
  const REFUSED = '@nixos-c error=check-failed a check of the system refused it';

  it('are asked, and a refusal counts', () => {
    expect(refusal('exit 1')).toBe(REFUSED);
    expect(refusal('exit 0')).toBe('');
    expect(asked()).toBe(true);
  });

  it('are told without the secrets of the host that they print', () => {
    const generation = path.join(folder, 'open', 'a'.repeat(32));
    mkdirSync(generation, { recursive: true });
    writeFileSync(path.join(generation, 'token'), 'a-token-that-is-valid\n');
    const program = `echo "no login with $(cat ${generation}/token)"; exit 1`;
    expect(events(program, 'open_directory=$1/open')).toEqual(['@nixos-c log=no login with <secret>', REFUSED]);
  });

  it.each([0, 1, 3])('leave no output behind when they end with status %i', (status) => {
    refusal(`echo looking; exit ${status}`);
    expect(readdirSync(path.join(folder, 'run')).filter((name) => name !== 'lock')).toEqual([]);
  });

  it("are not asked while a transaction holds our lock, as it needs NixOS's", () => {
    expect(
      refusal('exit 1', 'flock "$lock" sleep 2 >/dev/null 2>&1 & while flock -n "$lock" true; do sleep 0.1; done'),
    ).toBe('');
    expect(asked()).toBe(false);
  });

  it("are not asked while another program of root holds NixOS's lock", () => {
    const held =
      'root_has_open() { :; }; flock "$switch_lock" sleep 2 >/dev/null 2>&1 & while flock -n "$switch_lock" true; do sleep 0.1; done';
    expect(refusal('exit 1', held)).toBe('');
    expect(asked()).toBe(false);
  });

  it('give no verdict when they do not end in time', () => {
    expect(refusal('exit 124')).toBe('');
    expect(refusal('kill -KILL $PPID; exit 1')).toBe('');
  });

  it('let a transaction begin while they run', () => {
    refusal('sleep 1; flock -n -x run/lock true; echo $? >early; sleep 5; flock -n -x run/lock true; echo $? >late');
    expect([read('early'), read('late')]).toEqual(['1', '0']);
  });

  it('may print without end: only the first and the last MB are kept', () => {
    expect(refusal('yes line | head -c 30000000; sleep 0.5; stat -c %s run/*.check >size; exit 1')).toBe(REFUSED);
    expect(Number(read('size'))).toBeLessThan(2.1 * 2 ** 20);
    expect(runFunctions('ls "$1/run"', folder)).toBe('lock\n');
  });

  it('leave no process behind, and what another transaction runs stays', () => {
    const left = 'sleep 301 & echo $! >left; setsid sleep 302 & echo $! >>left; sleep 0.5; exit 1';
    const other = 'CDKTF_NIXOS_TRANSACTION=other sleep 20 >/dev/null 2>&1 & echo $! >"$1/other"';
    expect(refusal(left, other)).toBe(REFUSED);
    const alive = 'for process in $(cat "$1/$2"); do [ ! -e "/proc/$process/fd/0" ] || echo alive; done';
    expect(runFunctions(alive, folder, 'left')).toBe('');
    expect(runFunctions(alive, folder, 'other')).toBe('alive\n');
    runFunctions('kill $(cat "$1/other")', folder);
  });
});
