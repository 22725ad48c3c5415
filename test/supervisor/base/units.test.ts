import { describe, expect, it } from 'vitest';
import { runFunctions } from '../support/supervisor-functions';

/** What every local user can start, stop and break: by logins, crashes, connections and systemd-run. */
const FOREIGN = [
  'user@1001.service',
  'user-runtime-dir@1001.service',
  'session-4.scope',
  'run-user-1001.mount',
  'sshd@3-10.0.0.1:22-10.0.0.2:51000.service',
  'systemd-coredump@0-812-0.service',
  'systemd-coredump@1-900-1001.service',
  'greeter@12-4711-1001.service',
  'greeter@2-[::1]:80-[::1]:9.service',
  'autovt@tty3.service',
];
const OF_SYSTEM = ['app.service', 'backup@daily.service', 'data.mount', 'getty@tty1.service', 'wg-quick@wg0.service'];

/** Stands in for a systemd that knows these units. */
const SYSTEMD = `
  has_systemd() { true; }
  systemctl() {
    case "$*" in
      *auto-restart*) ;;
      list-units*) printf '%s loaded x x a unit\\n' ${[...FOREIGN, ...OF_SYSTEM].map((unit) => `'${unit}'`).join(' ')} ;;
    esac
  }`;

describe('the units by which a transaction is judged', () => {
  it.each(['failed_units', 'active_units'])('%s has those of the system and none that a login makes', (list) => {
    expect(runFunctions(`${SYSTEMD}\n${list}`)).toBe(`${OF_SYSTEM.join('\n')}\n`);
  });

  it('units that systemd does not report are a failure, not an empty list', () => {
    const broken = 'has_systemd() { true; }; systemctl() { false; }';
    expect(runFunctions(`${broken}\nfailed_units || echo failed; active_units || echo failed`)).toBe(
      'failed\nfailed\n',
    );
  });
});
