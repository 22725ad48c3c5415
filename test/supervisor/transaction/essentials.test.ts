import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runFunctions } from '../support/supervisor-functions';

const OWN = '1 cdktf-nixos-abc.service stop running';

/** How often the jobs of a host are looked at before a rollback begins, when each look shows the next of these lists. */
function looks(...jobs: readonly string[]): number {
  const directory = mkdtempSync(path.join(tmpdir(), 'jobs-'));
  jobs.forEach((list, i) => writeFileSync(path.join(directory, String(i + 1)), `${list}\n`));
  const code = `
    directory=$1 id=abc seconds=0
    has_systemd() { :; }
    sleep() { seconds=$((seconds + 1)); }
    now() { echo "$seconds"; }
    systemctl() { echo >>"$directory/looks"; cat "$directory/$(wc -l <"$directory/looks")"; }
    wait_for_jobs 5
    wc -l <"$directory/looks"`;
  const count = Number(runFunctions(code, directory));
  rmSync(directory, { recursive: true });
  return count;
}

describe('a rollback', () => {
  it.each([
    ['stop a unit', '7 sshd.service stop running', 2],
    ['start emergency mode', '7 emergency.target start waiting', 2],
    ['start a unit', '7 slow.service start running', 1],
    ['end its own unit', OWN, 1],
  ])('looks at jobs that %s until they are over, if they would undo its steps', (_, job, expected) => {
    expect(looks(`${OWN}\n${job}`, OWN)).toBe(expected);
  });

  it('waits no longer than it was told', () => {
    const job = '7 sshd.service stop running';
    expect(looks(...Array.from({ length: 9 }, () => job))).toBe(5);
  });
});
