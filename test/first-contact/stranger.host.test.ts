import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { bootstrapKey, Ed25519Key, fingerprint } from '../../lib/client/jobs/first-contact/ed25519';
import { MachineHostKey } from '../../lib/machine-host-key';
import { Lab, type LabHost } from '../../lab';
import { describeWithLab } from '../support/describe-with-lab';
import { keyOf, makeNew, newServerSystem } from './support/new-server';
import { NewServerProject } from './support/new-server-project';
import { useTestContact } from './support/use-test-contact';

/** Somebody between us and a new server. He is where the server seems to be, lets everybody in, and may have learned keys. */
describeWithLab('a stranger between us and a new server', () => {
  const record = useTestContact();
  let lab: Lab;
  let host: LabHost;
  let stranger: LabHost;
  let system: string;
  let server: NewServerProject;
  let files: ReturnType<typeof record>;

  beforeAll(async () => {
    lab = await Lab.create();
    [host, stranger, system] = await Promise.all([
      lab.host({ shape: 'systemd', name: 'web' }),
      lab.host({ shape: 'plain', name: 'stranger' }),
      newServerSystem(),
    ]);
  }, 60_000);
  afterAll(() => lab?.destroy());

  beforeEach(() => {
    files = record();
    server = new NewServerProject({ host, system, record: files });
  });
  afterEach(() => server.end());

  const seedOf = (userData: string) => /first-boot 1 (\S+)/.exec(userData)![1]!;

  /** From now on the stranger shows this key. */
  async function showKey(privateKey: string | Buffer): Promise<void> {
    await stranger.exec('cat >/etc/ssh/ssh_host_ed25519_key', privateKey.toString());
    await stranger.read('pkill -HUP -o -x sshd; sleep 0.5');
  }
  const showNewKey = async () => {
    await stranger.read('rm -f /tmp/new*; ssh-keygen -q -t ed25519 -N "" -f /tmp/new');
    const [file, publicKey] = [
      await stranger.read('cat /tmp/new'),
      await stranger.read('cut -d " " -f 1,2 /tmp/new.pub'),
    ];
    await showKey(`${file}\n`);
    return fingerprint(publicKey);
  };
  /** The bootstrap key, with its private half, as who has read the user data can make it. */
  const bootstrapFile = (seed: string) => new Ed25519Key(createHash('sha256').update(seed).digest()).file;

  /** What ssh says of another key. */
  const shown = (key: string) =>
    `Host key for ${stranger.address} has changed and you have requested strict checking; Host key verification failed`.replace(
      /^/,
      `${key}; `,
    );

  it('another key at the first login is refused before anything is sent, in these words', async () => {
    server.synth({ address: stranger.address });
    const bootstrap = bootstrapKey(seedOf(await server.createServer()));
    const strangers = await showNewKey();
    const before = await stranger.logins();
    const { exitCode, output } = server.apply();
    expect(exitCode).not.toBe(0);
    expect(output).toContain(
      `web: failed: the host showed another key than the bootstrap key ${fingerprint(bootstrap)} of its user data: ` +
        `${shown(strangers)}\n` +
        'web: host: was not changed: nothing was sent to it\n' +
        'web: to do: look at the console of the server, not over this network: if "journalctl -u cdktf-nixos-first-boot" says ' +
        'that it made no key of its user data, correct that and replace the server; if it did, somebody is intercepting ' +
        'the connection\n',
    );
    expect(await stranger.logins()).toBe(before);
  }, 120_000);

  it('the bootstrap key after its time is refused by a first contact that is run again, and by the deployment', async () => {
    server.synth();
    const seed = seedOf(await server.createServer());
    expect(server.apply().exitCode).toBe(0);
    const lasting = await keyOf(host);
    await showKey(bootstrapFile(seed));
    const before = await stranger.logins();
    server.synth({ address: stranger.address, reason: 'another' });
    const deployment = server.apply();
    expect(deployment.exitCode).not.toBe(0);
    expect(deployment.output).toContain(
      `web: failed: the host key is not the pinned one: ${shown(fingerprint(bootstrapKey(seed)))}\n`,
    );
    const contact = server.apply(`-replace=${server.contactAddress}`);
    expect(contact.output).toContain(
      `web: failed: the host showed another key than its lasting key ${fingerprint(lasting)}, the only one that it may show ` +
        `since its first contact: ${shown(fingerprint(bootstrapKey(seed)))}\n` +
        'web: host: was not changed: nothing was sent to it\n' +
        'web: to do: look at the console of the server, not over this network: if "ssh-keygen -lf ' +
        `/etc/ssh/ssh_host_ed25519_key.pub" prints ${fingerprint(lasting)}, somebody is intercepting the connection; if not, ` +
        'the server was reinstalled: replace it\n',
    );
    expect(await stranger.logins()).toBe(before);
  }, 120_000);

  it('the lasting key of the former server is refused where a new one has taken its place', async () => {
    server.synth();
    await server.createServer();
    expect(server.apply().exitCode).toBe(0);
    const former = await host.read('cat /etc/ssh/ssh_host_ed25519_key');
    const formerKey = fingerprint(await keyOf(host));
    // The record is a label of the server, which is deleted with it.
    rmSync(files.file);
    await showKey(`${former}\n`);
    server.synth({ address: stranger.address, size: 'large' });
    const bootstrap = bootstrapKey(seedOf(await server.createServer()));
    const before = await stranger.logins();
    const { output } = server.apply();
    expect(output).toContain(
      `web: failed: the host showed another key than the bootstrap key ${fingerprint(bootstrap)} of its user data: ` +
        `${shown(formerKey)}\n`,
    );
    expect(await stranger.logins()).toBe(before);
  }, 120_000);

  it('a key that the user wants to be believed is written down, and another one is refused from then on', async () => {
    const file = path.join(server.project.directory, 'known_hosts');
    const hostKey = MachineHostKey.trustOnFirstUse(file);
    await makeNew(host, system);
    server.synth({ hostKey });
    const { exitCode, output } = server.apply();
    expect(exitCode, output).toBe(0);
    const key = await keyOf(host);
    expect(output).toContain(
      `web: done: the key of the host is ${fingerprint(key)}, believed without a check, and written down\n`,
    );
    expect(readFileSync(file, 'utf8')).toBe(`${host.address} ${key}\n`);
    expect(server.plan()).toBe(0);
    const strangers = await showNewKey();
    writeFileSync(file, `${host.address} ${key}\n${stranger.address} ${key}\n`);
    server.synth({ hostKey, address: stranger.address, reason: 'another' });
    expect(server.apply().output).toContain(`web: failed: the host key is not the pinned one: ${shown(strangers)}\n`);
    expect(server.apply(`-replace=${server.contactAddress}`).output).toContain(
      `web: failed: the host showed another key than ${fingerprint(key)}, the one that ${file} has for ${stranger.address}: ` +
        `${shown(strangers)}\nweb: host: was not changed: nothing was sent to it\n` +
        'web: to do: if it is another server, remove the line from the file: its first key is then believed; if not, somebody ' +
        'may be intercepting the connection\n',
    );
    expect(readFileSync(file, 'utf8')).toBe(`${host.address} ${key}\n${stranger.address} ${key}\n`);
  }, 120_000);

  it('between the two steps of the record, a key that is neither of both is refused, in these words', async () => {
    server.synth();
    const bootstrap = bootstrapKey(seedOf(await server.createServer()));
    server.strikeAt('after pending');
    server.apply();
    server.strikeNoMore();
    const strangers = await showNewKey();
    server.synth({ address: stranger.address });
    const { output } = server.apply();
    const pending = fingerprint(await host.read('cat /etc/ssh/cdktf-nixos-host-key/next.pub'));
    expect(output).toContain(
      `web: failed: the host showed another key than its lasting key ${pending} and the bootstrap key ` +
        `${fingerprint(bootstrap)} of its user data: ${shown(strangers)}\n`,
    );
  }, 120_000);
});
