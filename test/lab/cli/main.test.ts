import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { root } from '../../../scripts/setup/environment.mjs';
import { describeWithLab } from '../../support/describe-with-lab';
import { ssh } from '../../../lab/ssh';
import { traces } from '../../../lab/keeper/traces';
import { until } from '../../../lab/wait';

/** What the command has printed of one host, as somebody reads it there. */
function printedHost(output: string) {
  const [, name, address, hostKey, user, port, identityFile] =
    /fromHost\(stack, '(\w+)', \{\s+host: '(\S+)',\s+hostKeys: HostKeys\.pinned\(\['(.*)'\]\),\s+ssh: \{ user: '(\w+)', port: (\d+), identityFile: '(\S+)'/.exec(
      output,
    )!;
  return {
    name: name!,
    address: address!,
    hostKey: hostKey!,
    user: user!,
    port: Number(port),
    identityFile: identityFile!,
  };
}

describeWithLab('npm run lab', () => {
  let lab: ChildProcess;
  let output = '';

  /** After set-up, which the tests have behind them; returns when all is said. */
  async function start(...args: string[]): Promise<void> {
    output = '';
    const file = path.join(root, 'lab', 'cli', 'main.ts');
    lab = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    lab.stdout!.on('data', (text: Buffer) => (output += text.toString()));
    await until('the command has said all', 50, () => output.includes('Ctrl-C') || lab.exitCode !== null);
  }

  afterEach(() => void lab.kill('SIGKILL'));

  it('the lab makes a host as it prints it, and leaves nothing after an interrupt', async () => {
    await start('--shape', 'plain');
    const host = printedHost(output);
    const directory = path.dirname(host.identityFile);
    expect(await ssh(host, 'cat /etc/hostname; id -un; readlink /nix/var/nix/profiles/system')).toMatchObject({
      stdout: 'host1\nroot\nsystem-1-link\n',
    });
    const [, login] = /^ +(ssh .*)$/m.exec(output)!;
    expect(execFileSync('sh', ['-c', `${login!} id -un`], { encoding: 'utf8' })).toBe('root\n');
    expect(traces(directory, [])).not.toEqual([]);
    lab.kill('SIGINT');
    expect(await once(lab, 'close')).toEqual([0, null]);
    expect(output).toMatch(/The hosts have been removed\.\n$/);
    expect(traces(directory, [])).toEqual([]);
  });

  it('the lab writes the data files of an example for the hosts that it is asked for', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'written-'));
    try {
      await start('--shape', 'plain', '--hosts', '2', '--name', 'web', '--write', directory);
      const { address, hostKey, identityFile } = printedHost(output);
      const read = (file: string) => readFileSync(path.join(directory, file), 'utf8');
      expect(readdirSync(directory).sort()).toEqual(['deploy-key.pub', 'hosts.json', 'known_hosts']);
      const hosts = JSON.parse(read('hosts.json'));
      expect(Object.keys(hosts)).toEqual(['web1', 'web2']);
      expect(hosts.web1).toEqual({ host: address, ssh: { user: 'root', identityFile } });
      expect(read('known_hosts').split('\n')[0]).toBe(`${address} ${hostKey}`);
      expect(read('deploy-key.pub')).toBe(readFileSync(`${identityFile}.pub`, 'utf8'));
      expect(output).toContain(path.join(directory, 'hosts.json'));
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('the lab makes the host that a copy of examples/secrets names, and writes its data files there', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'copy-'));
    try {
      cpSync(path.join(root, 'examples/secrets'), directory, { recursive: true });
      await start('--shape', 'plain', '--write', directory);
      const { name, address, hostKey, identityFile } = printedHost(output);
      expect(name).toBe('web');
      const hosts: unknown = JSON.parse(readFileSync(path.join(directory, 'hosts.json'), 'utf8'));
      expect(hosts).toEqual({ web: { host: address, ssh: { user: 'root', identityFile } } });
      expect(readFileSync(path.join(directory, 'known_hosts'), 'utf8')).toBe(`${address} ${hostKey}\n`);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('the lab leaves nothing after a kill either', async () => {
    await start('--shape', 'plain', '--login', 'sudo');
    expect(output).toContain('privilegeEscalation: PrivilegeEscalation.SUDO }');
    const host = printedHost(output);
    expect((await ssh(host, 'sudo -n id -un')).stdout).toBe('root\n');
    lab.kill('SIGKILL');
    const directory = path.dirname(host.identityFile);
    await until('the killed command left nothing', 10, () => traces(directory, []).length === 0);
    expect(existsSync(directory)).toBe(false);
  });
});
