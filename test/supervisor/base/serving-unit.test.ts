import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { supervisorText } from '../../../scripts/build/supervisor.mjs';
import { execFileSync } from 'node:child_process';

/** PID 1, the daemon that listens, the process of the connection, the login shell, and the supervisor's shell. */
type Ancestors = readonly { readonly pid: number; readonly parent: number; readonly cgroup: string }[];

describe('the unit that serves a connection', () => {
  let proc: string;
  beforeEach(() => (proc = mkdtempSync(path.join(tmpdir(), 'proc-'))));
  afterEach(() => rmSync(proc, { recursive: true }));

  /** @param units what systemd says of services with a main process */
  function servingUnit(ancestors: Ancestors, units = ''): string {
    for (const { pid, parent, cgroup } of ancestors) {
      mkdirSync(path.join(proc, String(pid)));
      writeFileSync(path.join(proc, String(pid), 'stat'), `${pid} (a (program) S ${parent} 1 1 0`);
      writeFileSync(path.join(proc, String(pid), 'cgroup'), `${cgroup}\n`);
    }
    const functions = supervisorText()
      .replace(/main "\$@"\n$/, '')
      .replaceAll('/proc/$1', `${proc}/$1`)
      .replaceAll('/run/systemd/transient', `${proc}/transient`)
      .replace('process=$$ ancestor=$$', 'process=40 ancestor=40');
    const systemd = `has_systemd() { true; }
      systemctl() { case "$*" in *TriggeredBy*) echo 'other.timer sshd.socket' ;;
        *is-active*) [ "$3" = sshd.socket ] ;; *) printf '${units}' ;; esac; }`;
    return execFileSync('sh', ['-c', `${functions}\n${systemd}\nserving_unit`], { encoding: 'utf8' }).trim();
  }

  const SESSION = '0::/user.slice/user-0.slice/session-4.scope';

  it('an sshd that listens is the unit of a login that has a scope of its own', () => {
    const ancestors = [
      { pid: 40, parent: 30, cgroup: SESSION },
      { pid: 30, parent: 20, cgroup: SESSION },
      { pid: 20, parent: 1, cgroup: '0::/system.slice/sshd.service' },
    ];
    expect(servingUnit(ancestors)).toBe('sshd.service');
  });

  it('a service is found on hosts that still have the first version of cgroups', () => {
    const cgroup =
      '5:cpu:/\n1:name=systemd:/system.slice/tailscaled.service/inner\n0::/system.slice/tailscaled.service';
    expect(servingUnit([{ pid: 40, parent: 1, cgroup }])).toBe('tailscaled.service');
  });

  it('a socket is the unit of a login whose service was started for the connection', () => {
    const cgroup = '0::/system.slice/system-sshd.slice/sshd@0-10.0.0.1:22-10.0.0.2:5.service';
    expect(servingUnit([{ pid: 40, parent: 1, cgroup }])).toBe('sshd.socket');
  });

  it('a socket is found also when the login has moved the process of the connection to its scope', () => {
    const units = 'MainPID=0\\nId=a.service\\n\\nMainPID=30\\nId=sshd@1-10.0.0.1:22-10.0.0.2:5.service\\n';
    const ancestors = [
      { pid: 40, parent: 30, cgroup: SESSION },
      { pid: 30, parent: 1, cgroup: SESSION },
    ];
    expect(servingUnit(ancestors, units)).toBe('sshd.socket');
  });

  it('the unit of a login that becomes root by run0 is sshd, and not the passing unit that run0 makes', () => {
    const unit = 'run-p30-i7.service';
    mkdirSync(path.join(proc, 'transient'));
    writeFileSync(path.join(proc, 'transient', unit), '');
    const ancestors = [{ pid: 40, parent: 1, cgroup: SESSION }];
    expect(servingUnit(ancestors, `MainPID=40\\nId=${unit}\\n`)).toBe('sshd.socket');
  });

  it("a user's own service is not what serves a login", () => {
    const cgroup = '0::/user.slice/user-0.slice/user@0.service/app.slice/tmux.service';
    expect(servingUnit([{ pid: 40, parent: 1, cgroup }])).toBe('');
  });
});
