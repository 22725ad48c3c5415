import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DeploymentJob, SshConnection } from '../../lib/deploy/job';
import { ordinary, Systems } from '../faults/support/systems';
import { Lab, type LabHost } from '../lab';
import { describeWithLab } from '../lab/describe-with-lab';
import { Client } from './client';
import { connection, deploymentJob, HOST_KEY } from './job';

const VERSIONS = [[ordinary('1')], [ordinary('2')]];
const LOCKED_OUT = [ordinary('3'), { users: { users: { root: { openssh: { authorizedKeys: { keys: [] } } } } } }];
const SLOW = [ordinary('4'), { faults: { activationSeconds: 3 } }];
const CERTIFIED = [
  ordinary('5'),
  { services: { openssh: { extraConfig: 'HostCertificate /etc/ssh/certificate.pub' } } },
];
const RSA_KEY =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDChegKakki89oSSvvvKDXPLCaD4KrVkdpI+R2HZMzO1RSjTcoCKxVB5bOoZ2Bj3pV4IMA3saaJjl6WIRJwMvCLgc5xpaMltKye+NyNlIFidMufjMdBj7FFsgogvUHqoczFkdhmn62UvlHPxw5ArSizQ7IwV9RyztWWvjIKtZ2/nA/FZiInH7l8XzHjwcZEoFxLZ7srrQ8F9J/EHq8y+UY4RFVNBrKpq95ctSHBBRZ1lmLXXPZ6uA16+jYgVusriRuijGBlnYjSOuYAbsG5lDA1JvSwaQRWrLspSayt+t2tAJI2sRFi3CbxzY8nry5NqeLU0yAwXsgimaiuShetTha1';

describeWithLab('a deployment to a real host', () => {
  let lab: Lab;
  let client: Client;
  let systems: Systems;
  let toplevels: string[];

  beforeAll(async () => {
    [lab, systems] = await Promise.all([Lab.create(), Systems.build([...VERSIONS, LOCKED_OUT, SLOW, CERTIFIED])]);
    toplevels = VERSIONS.map((modules) => systems.toplevel(modules));
    client = Client.stage();
  });

  afterAll(async () => {
    client?.remove();
    await systems?.end();
    await lab?.destroy();
  });

  afterEach(() => {
    const left = client.leftovers();
    client.endRuns();
    expect(left).toEqual([]);
  });

  describe.each(['plain', 'systemd', 'nixos'] as const)('of shape %s', (shape) => {
    let host: LabHost;

    beforeAll(async () => {
      host = await lab.host({ shape });
      await host.install(toplevels[0]!);
    });

    it('adopts the system that is there, with one login', async () => {
      expect(await counted(host, jobFor(host, toplevels[0]!))).toMatchObject({
        status: 0,
        output: expect.stringMatching(/^web: adopt: /m) as string,
        logins: 1,
      });
    });

    it('brings a second version, with two logins', async () => {
      const { output, ...rest } = await counted(host, jobFor(host, toplevels[1]!));
      expect(output).toMatch(/^web: copy: \d+ paths of \d+, \S+ \S+, zstd stream$/m);
      expect(output).toMatch(/^web: done: generation 1 -> 2, \/nix\/store\/\S+, \d+ s$/m);
      expect(rest).toEqual({ status: 0, signal: null, logins: 2 });
      expect(await state(host)).toEqual(Array(4).fill(toplevels[1]));
    });

    it('does nothing the second time, with one login', async () => {
      const before = await host.treeHash();
      const { output, ...rest } = await counted(host, jobFor(host, toplevels[1]!));
      expect(output).toMatch(/^web: done: nothing to do: generation 2 is /m);
      expect(rest).toEqual({ status: 0, signal: null, logins: 1 });
      expect(await host.treeHash()).toBe(before);
    });
  });

  it('delivers values, and what changed in them alone', async () => {
    const host = await lab.host({ shape: 'nixos' });
    await host.install(toplevels[1]!);
    const job = (url: string) => {
      const values = { db: { value: { url, ports: [1, 2] }, restartUnits: ['app.service'] } };
      return { ...jobFor(host, toplevels[1]!), values };
    };
    const current = () => host.read('cat /var/lib/cdktf-nixos/values/current/db.json');
    expect(await client.run(job('postgres://a'))).toMatchObject({ status: 0 });
    expect(JSON.parse(await current())).toEqual({ url: 'postgres://a', ports: [1, 2] });
    expect(await client.run(job('postgres://a'))).toMatchObject({
      output: expect.stringContaining('nothing to do') as string,
    });
    expect(await client.run(job('postgres://b'))).toMatchObject({ status: 0 });
    expect(JSON.parse(await current())).toEqual({ url: 'postgres://b', ports: [1, 2] });
    expect(await client.run(jobFor(host, toplevels[1]!))).toMatchObject({ status: 0 });
    expect((await host.exec('cat /var/lib/cdktf-nixos/values/current/db.json')).exitCode).not.toBe(0);
  });

  it('goes back when the new system locks the login out', async () => {
    const host = await lab.host({ shape: 'systemd' });
    await host.install(toplevels[0]!);
    const before = toplevels[0];
    const { status, output } = await client.run({
      ...jobFor(host, systems.toplevel(LOCKED_OUT)),
      confirmTimeoutSeconds: 4,
    });
    expect(output).toMatch(
      /^web: failed: the new system was not kept: no new login confirmed the system within 4 s; the last try to log in said: .*Permission denied/m,
    );
    expect(output).toContain(`web: host: runs and boots ${before}; it went back by itself\n`);
    expect(status).toBe(2);
    expect(await state(host)).toEqual(Array(4).fill(before));
  });

  it('goes on when its connection is dropped silently during the switch', async () => {
    const host = await lab.host({ shape: 'systemd' });
    await host.install(toplevels[0]!);
    const slow = systems.toplevel(SLOW);
    const run = client.start({ ...jobFor(host, slow), confirmTimeoutSeconds: 60 });
    await run.saw(/^web: activate:/m);
    for (const port of await host.network.connections()) await host.network.dropConnection(port);
    const { status, output } = await run.result;
    expect(output).toMatch(/^web: reconnect: .*; the host goes on by itself$/m);
    expect(output).toMatch(/^web: done: generation 1 -> 2, /m);
    expect(status).toBe(0);
    expect(await state(host)).toEqual(Array(4).fill(slow));
  });

  it.each([
    { login: 'root', shell: 'fish' },
    { login: 'sudo', shell: 'fish' },
  ] as const)('works for login $login with shell $shell, with two logins', async ({ login, shell }) => {
    const host = await lab.host({ shape: 'nixos', login, shell });
    await host.install(toplevels[0]!);
    expect(await counted(host, jobFor(host, toplevels[1]!))).toMatchObject({ status: 0, logins: 2 });
    expect(await state(host)).toEqual(Array(4).fill(toplevels[1]));
  });

  describe('on the way to a host', () => {
    let host: LabHost;
    let bastion: LabHost;

    beforeAll(async () => {
      host = await lab.host({ shape: 'plain' });
      await host.install(toplevels[0]!);
      bastion = await lab.host({ shape: 'plain' });
    });

    it('a jump host is passed, with its own pinned key', async () => {
      // Each lab host is reachable from the machine only; the way back out of the bastion leads to the bastion itself.
      const jump = { ...endpointOf(bastion) };
      const job = { ...jobFor(bastion, toplevels[0]!) };
      const jumped = { ...job, connection: { ...job.connection, host: '127.0.0.1', jumpHosts: [jump] } };
      const { output } = await client.run(jumped);
      expect(output).toContain(`web: connect: root@127.0.0.1 port 22 by ${bastion.address}\n`);
      expect(output).toContain('web: failed: the host does not run NixOS\n');
      const wrong = { ...jumped.connection, jumpHosts: [{ ...jump, hostKeys: endpointOf(host).hostKeys }] };
      expect(await client.run({ ...jumped, connection: wrong })).toMatchObject({
        status: 1,
        output: expect.stringContaining(`Host key for ${bastion.address} has changed`) as string,
      });
    });

    it.each([
      [
        'another host key',
        () => ({ hostKeys: endpointOf(bastion).hostKeys }),
        /^web: failed: the host key is not the pinned one: SHA256:\S+; Host key for \S+ has changed/m,
      ],
      [
        'a host key of a type that the host has not',
        () => ({ hostKeys: [{ publicKey: RSA_KEY, certificateAuthority: false }] }),
        /^web: failed: the host key is not the pinned one: .*Their offer: ssh-ed25519$/m,
      ],
      [
        'a user who may not log in',
        () => ({ user: 'nobody' }),
        /^web: failed: the host does not accept the login: nobody@\S+: Permission denied \(publickey\)$/m,
      ],
    ] as const)('%s ends it at once', async (_title, change, message) => {
      const before = await host.treeHash();
      const begun = Date.now();
      const { status, output } = await client.run(jobFor(host, toplevels[1]!, change()));
      expect(output).toMatch(message);
      expect(output).toContain('web: host: was not changed\n');
      expect(status).toBe(1);
      expect(Date.now() - begun).toBeLessThan(5000);
      expect(await host.treeHash()).toBe(before);
    });

    it('the keys of an agent are offered when no file is given', async () => {
      const agent = startAgent();
      try {
        const job = jobFor(host, toplevels[0]!, { identityFile: undefined });
        expect(await client.run(job, agent.environment)).toMatchObject({
          status: 1,
          output: expect.stringContaining('the host does not accept the login') as string,
        });
        execFileSync('ssh-add', ['-q', host.identityFile], { env: { ...process.env, ...agent.environment } });
        expect(await client.run(job, agent.environment)).toMatchObject({ status: 0 });
      } finally {
        process.kill(agent.pid);
      }
    });

    it("nothing of the user's own ssh configuration counts", async () => {
      const home = mkdtempSync(path.join(tmpdir(), 'home-'));
      mkdirSync(path.join(home, '.ssh'));
      const hostile = ['Host *', 'ProxyCommand false', 'RemoteCommand echo no', 'RequestTTY force', 'LogLevel DEBUG'];
      writeFileSync(path.join(home, '.ssh', 'config'), `${hostile.join('\n')}\n`, { mode: 0o600 });
      expect(await client.run(jobFor(host, toplevels[0]!), { HOME: home })).toMatchObject({ status: 0 });
      rmSync(home, { recursive: true });
    });

    it('a host that boots is waited for', async () => {
      await host.powerCut();
      const run = client.start(jobFor(host, toplevels[1]!, { bootTimeoutSeconds: 30 }));
      await run.saw(/^web: connect: .*; trying again for \d+ s$/m);
      await host.boot();
      expect(await run.result).toMatchObject({ status: 0 });
      expect(await state(host)).toEqual(Array(4).fill(toplevels[1]));
    });

    it('a host that stays away is given up', async () => {
      await host.powerCut();
      const { status, output } = await client.run(jobFor(host, toplevels[1]!, { bootTimeoutSeconds: 3 }));
      expect(output).toMatch(/^web: failed: the host (refuses the connection|does not answer|can not be reached): /m);
      expect(status).toBe(1);
    });
  });

  it('a certificate of a pinned authority is accepted, and that of another is not', async () => {
    const host = await lab.host({ shape: 'plain' });
    const authority = path.join(lab.directory, 'authority');
    execFileSync('ssh-keygen', ['-q', '-t', 'ecdsa', '-N', '', '-f', authority]);
    const publicKey = path.join(lab.directory, 'certified.pub');
    writeFileSync(publicKey, `${host.hostKey}\n`);
    execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'lab', '-h', '-n', host.address, publicKey]);
    const certificate = readFileSync(path.join(lab.directory, 'certified-cert.pub'), 'utf8');
    await host.read(`echo '${certificate.trim()}' > /etc/ssh/certificate.pub`);
    const certified = systems.toplevel(CERTIFIED);
    await host.install(certified);
    const trusting = (key: string) => ({ hostKeys: [{ publicKey: key, certificateAuthority: true }] });
    const trusted = readFileSync(`${authority}.pub`, 'utf8').trim();
    expect(await client.run(jobFor(host, certified, trusting(trusted)))).toMatchObject({ status: 0 });
    const { status, output } = await client.run(jobFor(host, certified, trusting(HOST_KEY)));
    expect(output).toContain('web: failed: the host key is not the pinned one: ');
    expect(status).toBe(1);
  });

  it('sets the boot default alone when the goal is boot', async () => {
    const host = await lab.host({ shape: 'systemd' });
    await host.install(toplevels[0]!);
    const job = { ...jobFor(host, toplevels[1]!), goal: 'boot' as const };
    expect(await counted(host, job)).toMatchObject({ status: 0, logins: 1 });
    expect([await host.running(), await host.profile(), await host.bootDefault()]).toEqual([
      toplevels[0],
      toplevels[1],
      toplevels[1],
    ]);
    expect(await counted(host, job)).toMatchObject({
      status: 0,
      logins: 1,
      output: expect.stringContaining('nothing to do') as string,
    });
  });

  it('copies by the protocol of nix-copy-closure when it is asked to', async () => {
    const host = await lab.host({ shape: 'nixos', login: 'sudo' });
    await host.install(toplevels[0]!);
    const logins = await host.logins();
    const { status, output } = await client.run(jobFor(host, toplevels[1]!), { CDKTF_NIXOS_COPY: 'nix-copy-closure' });
    expect(output).toMatch(/^web: copy: \d+ paths of \d+, \S+ \S+, nix-copy-closure$/m);
    expect(status).toBe(0);
    expect((await host.logins()) - logins).toBe(2);
    expect(await state(host)).toEqual(Array(4).fill(toplevels[1]));
  });

  /** A run, and how often it logged in. */
  async function counted(host: LabHost, job: DeploymentJob) {
    const before = await host.logins();
    const result = await client.run(job);
    return { ...result, logins: (await host.logins()) - before };
  }
});

/** What runs, what the profile has, what boots, and whose /etc is there. */
async function state(host: LabHost): Promise<string[]> {
  const etc = await host.etc();
  const running = await host.running();
  const expected = await host.read(`readlink -f ${running}/etc`);
  return [running, await host.profile(), await host.bootDefault(), etc === expected ? running : etc];
}

function endpointOf(host: LabHost) {
  return {
    host: host.address,
    user: host.user,
    port: host.port,
    hostKeys: [{ publicKey: host.hostKey, certificateAuthority: false }],
    identityFile: host.identityFile,
  };
}

function jobFor(host: LabHost, toplevel: string, change: Partial<SshConnection> = {}): DeploymentJob {
  const privilegeEscalation = host.user === 'root' ? 'none' : 'sudo';
  return deploymentJob({
    toplevel,
    drvPath: undefined,
    connection: connection({ ...endpointOf(host), privilegeEscalation, ...change }),
  });
}

/** An agent without keys. */
function startAgent() {
  const text = execFileSync('ssh-agent', ['-s'], { encoding: 'utf8' });
  const find = (name: string) => new RegExp(`${name}=([^;]+);`).exec(text)![1]!;
  return { environment: { SSH_AUTH_SOCK: find('SSH_AUTH_SOCK') }, pid: Number(find('SSH_AGENT_PID')) };
}
