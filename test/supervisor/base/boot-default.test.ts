import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runFunctions } from '../support/supervisor-functions';

/** NixOS's program, which does not wait for its lock, and a clock on which a sleep takes no time. */
const HOST = `
  switch_lock=$1/lock seconds=0
  unchecked() { flock -n "$switch_lock" true && echo set; }
  bounded() { :; }
  now() { cat "$clock"; }
  sleep() { echo "$(($(cat "$clock") + 1))" >"$clock"; }
  clock=$1/clock
  echo 0 >"$clock"`;

describe('setting what a host boots', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'boot-'));
    writeFileSync(path.join(folder, 'lock'), '', { mode: 0o644 });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** What happens while a process of the given kind holds the lock for so many seconds on the clock. */
  function whileHeld(byRoot: boolean, seconds: number): string {
    const held = byRoot
      ? `[ "$(cat "$clock")" -lt ${seconds} ] || { kill "$holder"; wait "$holder" 2>/dev/null; false; }`
      : 'false';
    return runFunctions(
      `${HOST}
      (exec 5<"$1/lock"; flock 5; exec sleep 30) >/dev/null 2>&1 & holder=$!
      until ! flock -n "$1/lock" true; do command sleep 0.1; done
      root_has_open() { ${held}; }
      set_boot_default /new 9 | grep -v ^cdktf-nixos; echo "$(cat "$clock")"
      kill "$holder" 2>/dev/null; true`,
      folder,
    );
  }

  it('waits for another program that switches', () => {
    expect(whileHeld(true, 7)).toMatch(/^set\n\d+\n$/);
  });

  it('waits for no user who holds the lock', () => {
    expect(whileHeld(false, 0)).toBe('set\n0\n');
  });

  it('is given up after a minute, before anything is done', () => {
    expect(whileHeld(true, 1000)).toBe('60\n');
  });
});
