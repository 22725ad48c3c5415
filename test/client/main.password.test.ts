import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { Lab, type LabHost } from '../../lab';
import { Client, storeSystem } from '../../lab/deployer/client';
import { jobFor } from '../../lab/deployer/host-job';
import type { DeploymentJob } from '../../lib/job/job';
import { describeWithLab } from '../support/describe-with-lab';
import { FAKE_SUPERVISOR, HEALTHY } from './support/scripted-host';

const PASSWORD = 'correct horse battery staple';

describeWithLab('a login whose sudo asks for a password', () => {
  let lab: Lab;
  let host: LabHost;
  let client: Client;
  let toplevel: string;
  let folder: string;

  beforeAll(async () => {
    lab = await Lab.create();
    host = await lab.host({ shape: 'plain', login: 'sudo' });
    client = Client.stage(FAKE_SUPERVISOR);
    toplevel = storeSystem('nixos-system-web');
    await askForPassword();
  });
  afterAll(async () => {
    client?.remove();
    await lab?.destroy();
  });
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'sources-'));
    await sudoers('deployer ALL=(ALL:ALL) ALL');
    await host.read('rm -rf /fake; mkdir /fake');
    const answers = {
      inspect: HEALTHY,
      'stage.1': { missing: toplevel },
      stage: {},
      receive: { received: '1' },
      verify: {},
      start: { state: 'waiting' },
      confirm: { state: 'committed', running: toplevel, profile: toplevel },
    };
    for (const [verb, events] of Object.entries<{ readonly [key: string]: string }>(answers)) {
      const lines = Object.entries(events).map(([key, value]) => `event ${key} '${value}'`);
      const script = ['cat >/dev/null', 'event transaction "$id"', ...lines, `event end ${verb.replace('.1', '')}`];
      await host.read(`cat >/fake/${verb} <<'LAB'\n${script.join('\n')}\nLAB`);
    }
  });
  afterEach(() => {
    expect(client.leftovers()).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  /** sudo of the host compares the password of the user with its hash, as on any host. */
  async function askForPassword(): Promise<void> {
    const hash = execFileSync('perl', ['-e', 'print crypt(<STDIN>, q($6$salt$))'], { input: PASSWORD }).toString();
    await host.read(`sed -i 's|^deployer:[^:]*|deployer:${hash}|' /etc/shadow`);
    const pam =
      'auth required pam_unix.so nodelay\\naccount required pam_permit.so\\nsession required pam_permit.so\\n';
    await host.read(`printf '${pam}' >/etc/pam.d/sudo`);
  }

  const sudoers = (rule: string) => host.read(`echo '${rule}' >/etc/sudoers && chmod 440 /etc/sudoers`);
  const verbs = async () => [...(await host.read('cat /fake/log')).matchAll(/verb=([a-z]+)/g)].map(([, verb]) => verb);
  const reads = () => (existsSync(path.join(folder, 'reads')) ? readFileSync(path.join(folder, 'reads')).length : 0);

  /** A job whose password a command prints. */
  function job(script = 'printf "%s\\n" "$PASSWORD"'): DeploymentJob {
    const argv = ['sh', '-c', `echo >>"$0/reads"; ${script}`, folder];
    const job = jobFor(host, toplevel, { privilegeEscalation: 'sudo-with-password' });
    return { ...job, activationTimeoutSeconds: 1, confirmTimeoutSeconds: 1, sudoPassword: { kind: 'command', argv } };
  }
  const deploy = (given = job()) => client.run(given, { PASSWORD });

  it('a deployment gives sudo the password in each call, over new logins, too, and reads it once', async () => {
    const { status, output } = await deploy();
    expect(output).toMatch(/^web: done: generation 11 -> /m);
    expect(status).toBe(0);
    expect(await verbs()).toEqual(['inspect', 'stage', 'receive', 'verify', 'start', 'confirm']);
    expect(reads()).toBe(1);
    expect(output).not.toContain('horse');
  });

  it('a password is in no argument and no environment of the host', async () => {
    const plant = `PLANTED=a-planted-variable sleep 5 & sleep 0.1`;
    const look = `${plant}; ps -eww -o args= >/fake/args; cat /proc/[0-9]*/environ >/fake/environ 2>/dev/null; :`;
    await host.read(`sed -i '1s|^|${look.replace(/[|&]/g, '\\$&')}\\n|' /fake/inspect`);
    expect((await deploy()).status).toBe(0);
    expect(await host.read('cat /fake/args')).toMatch(/sudo -S -k -p cdktf-nixos-password-[0-9a-f]{16}: sh -c/);
    expect(await host.read('grep -acF PLANTED=a-planted-variable /fake/environ')).not.toBe('0');
    expect(await host.read('grep -alF "correct horse" /fake/* /tmp/* || echo nowhere')).toBe('nowhere');
  });

  it('a sudo that asks for nothing gets no password, and none is read', async () => {
    await sudoers('deployer ALL=(ALL:ALL) NOPASSWD: ALL');
    expect((await deploy()).status).toBe(0);
    expect(reads()).toBe(0);
  });

  it('a wrong password is tried once, and the failure says what to do', async () => {
    const { status, output } = await deploy(job('echo wrong-horse'));
    expect(output).toMatch(/^web: failed: .*sudo: 1 incorrect password attempt$/m);
    expect(output).toMatch(/^web: to do: correct the password of PrivilegeEscalation\.sudoWithPassword: /m);
    expect(output).not.toMatch(/wrong-horse|cdktf-nixos-password/);
    expect(status).toBe(1);
    expect((await host.exec('cat /fake/log')).stdout).toBe('');
  });

  it('a password that cannot be read is reported in the name of the machine', async () => {
    const { status, output } = await deploy(job('echo locked >&2; exit 1'));
    expect(output).toContain(
      'web: log: locked\nweb: failed: a secret cannot be read: [fleet/web] ssh.privilegeEscalation.password: got the program "sh", which ended with status 1',
    );
    expect(status).toBe(1);
  });

  it('a password of two lines is refused', async () => {
    const { output } = await deploy(job('echo one; echo two'));
    expect(output).toContain(
      '[fleet/web] ssh.privilegeEscalation.password: got more than one line, expected a password',
    );
  });

  it('a copy by another program is refused before anything is contacted', async () => {
    const logins = await host.logins();
    const { status, output } = await client.run(job(), { CDKTF_NIXOS_COPY: 'nix-copy-closure' });
    expect(output).toContain(
      'web: failed: [fleet/web] ssh.privilegeEscalation: got sudo with a password, for a copy by nix-copy-closure',
    );
    expect(status).toBe(64);
    expect(await host.logins()).toBe(logins);
  });
});
