import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runFunctions } from '../support/supervisor-functions';

describe("NixOS's lock", () => {
  let folder: string;
  let lock: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'lock-'));
    lock = path.join(folder, 'lock');
    writeFileSync(lock, '');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Whether root counts as one that has the lock open, while this shell holds open the given file. */
  function rootHas(open: string, more = ''): string {
    return runFunctions(`exec 5<"$2"; ${more}\nif root_has_open "$1"; then echo yes; else echo no; fi`, lock, open);
  }

  it('a name with line breaks does not make it look as if a process of root held the lock', () => {
    const forged = path.join(folder, `x\n/proc/1/fd:\nl-wx------ 1 root root 64 Jan 1 00:00 3 -> ${lock}`);
    mkdirSync(path.dirname(forged), { recursive: true });
    writeFileSync(forged, '');
    expect(rootHas(forged)).toBe('no\n');
  });

  it('a process of root that has the lock open is found, under any name', () => {
    const other = path.join(folder, 'other name');
    execFileSync('ln', [lock, other]);
    const self = 'processes_of_root() { echo "$$"; }';
    expect(rootHas(other, self)).toBe('yes\n');
    expect(rootHas('/dev/null', self)).toBe('no\n');
  });

  it('only processes whose real user is root count as those of root', () => {
    const ids = runFunctions('processes_of_root').trim().split('\n');
    expect(ids).toContain('1');
    const uidOf = (id: string) => execFileSync('ps', ['-o', 'ruid=', '-p', id], { encoding: 'utf8' }).trim();
    expect(uidOf('1')).toBe('0');
    const user = process.getuid!() === 0 ? ['setpriv', '--reuid=65534', '--clear-groups'] : ['env'];
    const code = `${user.join(' ')} sleep 20 & sleep 0.5; processes_of_root | grep -cx "$!"; kill "$!"`;
    expect(runFunctions(code)).toBe('0\n');
  });
});
