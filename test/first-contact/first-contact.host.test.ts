import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { execaSync } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { bootstrapKey } from '../../lib/client/jobs/first-contact/ed25519';
import { recordedKey } from '../../lib/job/recorded-key';
import { MachineHostKey } from '../../lib/machine-host-key';
import { SecretSource } from '../../lib/secret-source';
import { Lab, type LabHost } from '../../lab';
import { recordedProcesses } from '../evaluation/support/recorded-processes';
import { describeOnShapes } from '../support/describe-with-lab';
import { keyOf, newServerSystem } from './support/new-server';
import { NewServerProject } from './support/new-server-project';
import type { Moment } from './support/test-contact-kind';
import { useTestContact } from './support/use-test-contact';

describeOnShapes(['nixos', 'systemd'], 'the first contact with a new server (%s)', (shape) => {
  const record = useTestContact();
  let lab: Lab;
  let host: LabHost;
  let system: string;
  let server: NewServerProject;

  beforeAll(async () => {
    lab = await Lab.create();
    [host, system] = await Promise.all([lab.host({ shape }), newServerSystem()]);
  }, 60_000);
  afterAll(() => lab?.destroy());

  beforeEach(() => (server = new NewServerProject({ host, system, record: record() })));
  afterEach(() => server.end());

  const seedOf = (userData: string) => /first-boot 1 (\S+)/.exec(userData)![1]!;
  const fingerprint = (key: string) => execaSync('ssh-keygen', ['-l', '-f', '-'], { input: key }).stdout.split(' ')[1];

  it('the first login is checked by the bootstrap key, the lasting one is recorded in two steps, and the deployment uses it', async () => {
    server.synth();
    const bootstrap = bootstrapKey(seedOf(await server.createServer()));
    expect(await keyOf(host)).toBe(bootstrap);
    const { exitCode, output } = server.apply();
    expect(exitCode, output).toBe(0);
    const lasting = await keyOf(host);
    expect(lasting).not.toBe(bootstrap);
    expect(output).toContain(
      `web: connect: root@${host.address} port 22\n` +
        `web: login: the host showed the bootstrap key ${fingerprint(bootstrap)} of its user data\n` +
        `web: done: the host has its lasting key ${fingerprint(lasting)}; its bootstrap key is not accepted any more\n`,
    );
    expect(output).toMatch(/web: done: (nothing to do; )?generation 1 /);
    expect(server.labels.map(recordedKey)).toEqual([
      { state: 'pending', publicKey: lasting },
      { state: 'confirmed', publicKey: lasting },
    ]);
    expect(server.plan()).toBe(0);
    // The unit of the first boot never starts again.
    await host.powerCut();
    await host.boot();
    expect(await keyOf(host)).toBe(lasting);
    expect(await host.read('ssh-keyscan -t ed25519 127.0.0.1 2>/dev/null | cut -d " " -f 2,3')).toBe(lasting);
  }, 120_000);

  it.each<Moment>(['read', 'before pending', 'after pending', 'before confirmed', 'after confirmed'])(
    'a first contact that is killed at the moment "%s" is completed by the next apply, and plans are empty then',
    async (moment) => {
      server.synth();
      await server.createServer();
      server.strikeAt(moment);
      expect(server.apply().exitCode).not.toBe(0);
      server.strikeNoMore();
      const { exitCode, output } = server.apply();
      expect(exitCode, output).toBe(0);
      expect(recordedKey(server.labels.at(-1)!)).toEqual({ state: 'confirmed', publicKey: await keyOf(host) });
      expect(new Set(server.labels.map((label) => label.slice(1))).size).toBe(1);
      expect(server.plan()).toBe(0);
    },
    120_000,
  );

  it('another machine completes a first contact that was cut off: it has the state and nothing else', async () => {
    server.synth();
    await server.createServer();
    server.strikeAt('after pending');
    expect(server.apply().exitCode).not.toBe(0);
    server.strikeNoMore();
    const other = server.onAnotherMachine();
    try {
      other.synth();
      const { exitCode, output } = other.apply();
      expect(exitCode, output).toBe(0);
      expect(recordedKey(other.labels.at(-1)!)).toEqual({ state: 'confirmed', publicKey: await keyOf(host) });
      expect(other.plan()).toBe(0);
    } finally {
      other.end();
    }
  }, 120_000);

  it('a key that the user holds reaches the host in the first contact alone, and is in no state, plan, user data, store or argv', async () => {
    const file = path.join(server.project.directory, 'held');
    execaSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'held', '-f', file]);
    const publicKey = execaSync('cat', [`${file}.pub`]).stdout;
    const hostKey = MachineHostKey.held(publicKey, SecretSource.command(['cat', file]));
    server.synth({ hostKey });
    const userData = await server.createServer();
    let applied = { exitCode: undefined as number | undefined, output: '' };
    const processes = recordedProcesses(() => (applied = server.apply()), ['node', 'terraform', 'cat', 'ssh-add']);
    const { exitCode, output } = applied;
    expect(exitCode, output).toBe(0);
    expect(`${await keyOf(host)} held`).toBe(publicKey);
    expect(server.plan()).toBe(0);
    expect(await host.read('ssh-keygen -y -f /etc/ssh/ssh_host_ed25519_key')).toBe(await keyOf(host));
    const secret = execaSync('sed', ['-n', '3,4p', file]).stdout.split('\n');
    server.project.terraform(['plan', '-out=saved']);
    expect(processes.map(({ argv }) => argv[0])).toEqual(expect.arrayContaining(['terraform', 'node', 'ssh', 'cat']));
    const arguments_ = processes.flatMap(({ argv, environ }) => [...argv, ...environ]).join('\n');
    const shown = [arguments_, userData, output, server.project.terraform(['show', '-json', 'saved']).all];
    const found = secret.flatMap((line) => shown.filter((text) => text!.includes(line)));
    expect(found).toEqual([]);
    const places = [server.stateFile, server.project.app.outdir];
    expect(execaSync('grep', ['-rlF', '-e', secret[0]!, '-e', secret[1]!, ...places], { reject: false }).stdout).toBe(
      '',
    );
    expect(await host.read(`grep -rlF -e ${secret[0]} /nix/store /var/lib /tmp /run 2>/dev/null || true`)).toBe('');
  }, 120_000);

  it('a held key whose halves do not belong together is refused, and the host keeps its bootstrap key', async () => {
    const [one, other] = ['one', 'other'].map((name) => path.join(server.project.directory, name)) as [string, string];
    for (const file of [one, other]) execaSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
    const publicKey = execaSync('cat', [`${one}.pub`]).stdout;
    server.synth({ hostKey: MachineHostKey.held(publicKey, SecretSource.file(other)) });
    const bootstrap = bootstrapKey(seedOf(await server.createServer()));
    const { output } = server.apply();
    const given = fingerprint(execaSync('cat', [`${other}.pub`]).stdout);
    expect(output).toContain(
      'web: failed: a secret cannot be read: [stack/web] hostKey.privateKey: got the private half of ' +
        `${given}, expected that of the public key ${fingerprint(publicKey)}\nweb: host: was not changed\n` +
        'web: to do: give both halves of one key\n',
    );
    expect(await keyOf(host)).toBe(bootstrap);
    writeFileSync(other, '');
    execaSync('cp', [one, other]);
    expect(server.apply().exitCode).toBe(0);
    expect(await keyOf(host)).toBe(publicKey.split(' ').slice(0, 2).join(' '));
  }, 120_000);
});
