import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ordinary } from '../../../faults/support/systems';
import type { LabHost } from '../../../../lab';
import { describeWithLab } from '../../../support/describe-with-lab';
import { systemsOn, useDeployments } from '../../support/deployments';
import { HOST_KEY } from '../../support/job';
import { endpointOf, jobFor } from '../../../../lab/deployer/host-job';

const ONE = [ordinary('1')];
const TWO = [ordinary('2')];
const CERTIFIED = [
  ordinary('5'),
  { services: { openssh: { extraConfig: 'HostCertificate /etc/ssh/certificate.pub' } } },
];
const RSA_KEY =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDChegKakki89oSSvvvKDXPLCaD4KrVkdpI+R2HZMzO1RSjTcoCKxVB5bOoZ2Bj3pV4IMA3saaJjl6WIRJwMvCLgc5xpaMltKye+NyNlIFidMufjMdBj7FFsgogvUHqoczFkdhmn62UvlHPxw5ArSizQ7IwV9RyztWWvjIKtZ2/nA/FZiInH7l8XzHjwcZEoFxLZ7srrQ8F9J/EHq8y+UY4RFVNBrKpq95ctSHBBRZ1lmLXXPZ6uA16+jYgVusriRuijGBlnYjSOuYAbsG5lDA1JvSwaQRWrLspSayt+t2tAJI2sRFi3CbxzY8nry5NqeLU0yAwXsgimaiuShetTha1';

describeWithLab('a deployment', () => {
  const deployments = useDeployments([ONE, TWO, CERTIFIED]);
  let one: string;
  let two: string;

  beforeAll(() => {
    one = deployments.toplevel(ONE);
    two = deployments.toplevel(TWO);
  });

  describe('on the way to a host', () => {
    let host: LabHost;
    let bastion: LabHost;

    beforeAll(async () => {
      host = await deployments.host({ shape: 'plain' }, ONE);
      bastion = await deployments.lab.host({ shape: 'plain' });
    });

    it('a deployment passes a jump host with a pinned key of its own', async () => {
      // Each lab host is reachable from the machine only; the way back out of the bastion leads to the bastion itself.
      const jump = { ...endpointOf(bastion) };
      const job = { ...jobFor(bastion, one) };
      const jumped = { ...job, connection: { ...job.connection, host: '127.0.0.1', jumpHosts: [jump] } };
      const { output } = await deployments.client.run(jumped);
      expect(output).toContain(`web: connect: root@127.0.0.1 port 22 via ${bastion.address}\n`);
      expect(output).toContain('web: failed: the host does not run NixOS\n');
      const wrong = { ...jumped.connection, jumpHosts: [{ ...jump, hostKeys: endpointOf(host).hostKeys }] };
      expect(await deployments.client.run({ ...jumped, connection: wrong })).toMatchObject({
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
    ] as const)('%s ends the deployment at once', async (_title, change, message) => {
      const before = await host.treeHash();
      const begun = Date.now();
      const { status, output } = await deployments.client.run(jobFor(host, two, change()));
      expect(output).toMatch(message);
      expect(output).toContain('web: host: was not changed\n');
      expect(status).toBe(1);
      expect(Date.now() - begun).toBeLessThan(5000);
      expect(await host.treeHash()).toBe(before);
    });

    it('a public key chooses the right one of many keys of an agent', async () => {
      const agent = startAgent();
      const keys = mkdtempSync(path.join(tmpdir(), 'agent-keys-'));
      const add = (file: string) =>
        execFileSync('ssh-add', ['-q', file], { env: { ...process.env, ...agent.environment } });
      try {
        for (let i = 0; i < 8; i += 1) {
          const other = path.join(keys, `other-${i}`);
          execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', other]);
          add(other);
        }
        add(host.identityFile);
        const tooMany = await deployments.client.run(jobFor(host, one, { identityFile: undefined }), agent.environment);
        expect(tooMany.output).toContain('Too many authentication failures');
        expect(tooMany.output).toContain('web: to do: the ssh agent offers more keys than the host tries: ');
        // The private half is not beside it: only the agent has it.
        const publicKey = path.join(keys, 'right.pub');
        copyFileSync(`${host.identityFile}.pub`, publicKey);
        const chosen = await deployments.client.run(jobFor(host, one, { identityFile: publicKey }), agent.environment);
        expect(chosen, chosen.output).toMatchObject({ status: 0 });
      } finally {
        process.kill(agent.pid);
        rmSync(keys, { recursive: true });
      }
    });

    it('a deployment offers the keys of an agent when no file is given', async () => {
      const agent = startAgent();
      try {
        const job = jobFor(host, one, { identityFile: undefined });
        expect(await deployments.client.run(job, agent.environment)).toMatchObject({
          status: 1,
          output: expect.stringContaining('the host does not accept the login') as string,
        });
        execFileSync('ssh-add', ['-q', host.identityFile], { env: { ...process.env, ...agent.environment } });
        expect(await deployments.client.run(job, agent.environment)).toMatchObject({ status: 0 });
      } finally {
        process.kill(agent.pid);
      }
    });

    it("a deployment ignores the user's own ssh configuration", async () => {
      const home = mkdtempSync(path.join(tmpdir(), 'home-'));
      mkdirSync(path.join(home, '.ssh'));
      const hostile = ['Host *', 'ProxyCommand false', 'RemoteCommand echo no', 'RequestTTY force', 'LogLevel DEBUG'];
      writeFileSync(path.join(home, '.ssh', 'config'), `${hostile.join('\n')}\n`, { mode: 0o600 });
      expect(await deployments.client.run(jobFor(host, one), { HOME: home })).toMatchObject({ status: 0 });
      rmSync(home, { recursive: true });
    });

    it('a deployment waits for a host that boots', async () => {
      await host.powerCut();
      const run = deployments.client.start(jobFor(host, two, { bootTimeoutSeconds: 30 }));
      await run.saw(/^web: connect: .*; retrying for up to \d+ s$/m);
      await host.boot();
      expect(await run.result).toMatchObject({ status: 0 });
      expect(await systemsOn(host)).toEqual(Array(4).fill(two));
    });

    it('a deployment waits for a host that boots also when its keys come after its sshd', async () => {
      // The other half changes here: with a key that the host does not know its answer is the same.
      const directory = mkdtempSync(path.join(tmpdir(), 'identity-'));
      const identityFile = path.join(directory, 'key');
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', identityFile]);
      rmSync(`${identityFile}.pub`);
      await host.powerCut();
      const run = deployments.client.start(jobFor(host, one, { bootTimeoutSeconds: 60, identityFile }));
      await run.saw(/^web: connect: .*; retrying for up to \d+ s$/m);
      await host.boot();
      await run.saw(/^web: connect: .*Permission denied.*; retrying for up to \d+ s$/m);
      copyFileSync(host.identityFile, identityFile);
      expect(await run.result).toMatchObject({ status: 0 });
      rmSync(directory, { recursive: true });
    });

    it('a deployment gives up a host that stays away', async () => {
      await host.powerCut();
      const { status, output } = await deployments.client.run(jobFor(host, two, { bootTimeoutSeconds: 3 }));
      expect(output).toMatch(/^web: failed: the host (refuses the connection|does not reply|cannot be reached): /m);
      expect(status).toBe(1);
    });
  });

  it('a deployment accepts a certificate of the pinned authority, and of no other', async () => {
    const host = await deployments.lab.host({ shape: 'plain' });
    const authority = path.join(deployments.lab.directory, 'authority');
    execFileSync('ssh-keygen', ['-q', '-t', 'ecdsa', '-N', '', '-f', authority]);
    const publicKey = path.join(deployments.lab.directory, 'certified.pub');
    writeFileSync(publicKey, `${host.hostKey}\n`);
    execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'lab', '-h', '-n', host.address, publicKey]);
    const certificate = readFileSync(path.join(deployments.lab.directory, 'certified-cert.pub'), 'utf8');
    await host.read(`echo '${certificate.trim()}' > /etc/ssh/certificate.pub`);
    const certified = deployments.toplevel(CERTIFIED);
    await host.install(certified);
    const trusting = (key: string) => ({ hostKeys: [{ publicKey: key, certificateAuthority: true }] });
    const trusted = readFileSync(`${authority}.pub`, 'utf8').trim();
    expect(await deployments.client.run(jobFor(host, certified, trusting(trusted)))).toMatchObject({ status: 0 });
    const { status, output } = await deployments.client.run(jobFor(host, certified, trusting(HOST_KEY)));
    expect(output).toContain('web: failed: the host key is not the pinned one: ');
    expect(status).toBe(1);
  });
});

/** An agent without keys. */
function startAgent() {
  const text = execFileSync('ssh-agent', ['-s'], { encoding: 'utf8' });
  const find = (name: string) => new RegExp(`${name}=([^;]+);`).exec(text)![1]!;
  return { environment: { SSH_AUTH_SOCK: find('SSH_AUTH_SOCK') }, pid: Number(find('SSH_AGENT_PID')) };
}
