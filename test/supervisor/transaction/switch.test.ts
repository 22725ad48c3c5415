import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runFunctions } from '../support/supervisor-functions';

/** Stands in for the program that switches, and for a systemd where a unit had failed before and may fail now. */
const HOST = `
  request=$1 log_directory=$1 journal_id=id toplevel=/new activation_seconds=9 status=$2 said=$3 failed=$4
  bounded() { printf '%s\\n' "$said" >>"$log_directory/id.log"; return "$status"; }
  failed_units() { printf '%s\\n' before.service $failed | sort; }
  fail() { printf '%s: %s' "$1" "$2"; return 1; }
  activate`;

const FAILED = 'activation-failed: the activation failed with status';
const BUS_LOST = 'Error: Failed to list systemd units';
const NO_LOGIND = 'Unable to list users with logind: Resource temporarily unavailable';

describe('a program for switching that failed', () => {
  let request: string;
  beforeEach(() => {
    request = mkdtempSync(path.join(tmpdir(), 'request-'));
    writeFileSync(path.join(request, 'failed-before'), 'before.service\n');
    writeFileSync(path.join(request, 'id.log'), 'Could not acquire lock, the time before\n');
  });
  afterEach(() => rmSync(request, { recursive: true }));

  const reason = (status: number, said: string, failed = '') =>
    runFunctions(`${HOST} || true`, request, String(status), said, failed);

  it('a lock that another program holds is told by what is printed, as its status has several meanings', () => {
    expect(reason(11, 'Could not acquire lock')).toBe('switch-busy: another program is switching this host');
    expect(reason(11, NO_LOGIND)).toBe(`${FAILED} 11`);
    expect(reason(101, '')).toBe(`${FAILED} 101`);
  });

  it('the units that failed with it are named: emergency mode takes the bus away, and with it the list of NixOS', () => {
    expect(reason(1, BUS_LOST, 'data.service')).toBe(
      `${FAILED} 1; units failed that had not failed before: data.service`,
    );
  });
});
