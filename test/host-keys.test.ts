import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, TerraformStack } from 'cdktf';
import { execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostKeys } from '../lib/host-keys';
import { NixosMachine } from '../lib/nixos-machine';
import { sshConnection } from '../lib/deployment/ssh-connection';
import { ed25519 } from './support/public-keys';

const folder = mkdtempSync(path.join(tmpdir(), 'cdktf-nixos-keys-'));
const file = path.join(folder, 'host_key');
let lines: string[];

beforeAll(() => {
  execaSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
  lines = readFileSync(file, 'utf8').trim().split('\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Why the keys are refused, for the machine and for a jump host on its way. */
function refusals(hostKeys: () => HostKeys): string[] {
  const stack = new TerraformStack(new App({ outdir: path.join(folder, 'out') }), 'fleet');
  const good = HostKeys.pinned([ed25519()]);
  const machine = { host: 'web.example', hostKeys: good };
  return [
    () => NixosMachine.fromHost(stack, 'web', { ...machine, hostKeys: hostKeys() }),
    () => {
      const jumpHosts = [{ host: 'jump.example', hostKeys: hostKeys() }];
      NixosMachine.fromHost(stack, 'behind', { ...machine, ssh: { jumpHosts } });
    },
  ].map((make) => {
    try {
      make();
    } catch (error) {
      return (error as Error).message;
    }
    return 'not refused';
  });
}

describe('a private key where public ones belong is called one, and never shown', () => {
  it.each<[string, () => HostKeys, string]>([
    [
      'as a known_hosts file',
      () => HostKeys.fromKnownHostsFile(file),
      'host_key", which holds a private key (not shown)',
    ],
    ['pinned', () => HostKeys.pinned([readFileSync(file, 'utf8')]), 'got a private key (not shown)'],
    ['pinned without its frame', () => HostKeys.pinned([lines[1]]), 'got a private key (not shown)'],
    [
      'as an authority',
      () => HostKeys.certificateAuthority(readFileSync(file, 'utf8')),
      'got a private key (not shown)',
    ],
  ])('a private key is refused as one, and not shown: %s', (_, hostKeys, said) => {
    for (const message of refusals(hostKeys)) {
      expect(message).toContain(said);
      expect(message).toContain('.pub');
      for (const line of lines.slice(1, -1)) expect(message).not.toContain(line.slice(0, 20));
    }
  });
});

describe('a known_hosts file', () => {
  const known = () => HostKeys.fromKnownHostsFile(path.join(folder, 'known_hosts'));
  const newStack = () => new TerraformStack(new App({ outdir: path.join(folder, 'out') }), 'fleet');
  const web = (stack: TerraformStack, id: string, hostKeys: HostKeys) =>
    NixosMachine.fromHost(stack, id, { host: 'web.example', hostKeys });

  it('a known_hosts file is read once for an app, and again for the next one', () => {
    writeFileSync(path.join(folder, 'known_hosts'), `web.example ${ed25519()}\n`);
    const stack = newStack();
    const hostKeys = known();
    const machine = web(stack, 'first', hostKeys);
    rmSync(path.join(folder, 'known_hosts'));
    expect(sshConnection(machine).hostKeys).toHaveLength(1);
    web(stack, 'second', hostKeys);
    web(stack, 'third', known());
    expect(() => web(newStack(), 'web', hostKeys)).toThrow('(ENOENT), expected a readable file');
  });

  it('a known_hosts file without a usable key for the host is named', () => {
    const hosts = path.join(folder, 'known_hosts');
    const keys = known();
    writeFileSync(hosts, `db.example ${ed25519()}\n`);
    expect(() => web(newStack(), 'web', keys)).toThrow(
      `got no usable key for "web.example" (file "${hosts}"), expected`,
    );
    writeFileSync(hosts, 'web.example ssh-ed25519 AAAA\n');
    expect(() => web(newStack(), 'web', keys)).toThrow(`got "ssh-ed25519 AAAA" in line 1 (file "${hosts}"), expected`);
  });
});
