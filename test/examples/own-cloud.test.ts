import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Lab, type Lxd } from '../../lab';
import { Deployer } from '../../lab/deployer/deployer';
import { buildSystem } from '../../lab/systems/systems';
import { describeWithLxd } from '../support/describe-with-lxd';
import { freePorts } from '../support/free-ports';
import { ed25519 } from '../support/public-keys';

const NAMES = ['web1', 'web2'] as const;
/** What the example forwards: ssh, what web.nix opens, and what a test opens later. */
const PORTS = [22, 80, 443];

describeWithLxd('examples/own-cloud', () => {
  let lab: Lab;
  let lxd: Lxd;
  let deployer: Deployer;

  beforeAll(async () => {
    lab = await Lab.create();
    lxd = await lab.lxd();
    await lxd.importImage('nixos', await buildSystem({ networking: { hostName: 'image' } }));
    deployer = await Deployer.create({ app: 'examples/own-cloud', files: await files(), env: lxd.environment });
    mkdirSync(key(''));
    for (const name of NAMES) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key(name)]);
  }, 120_000);

  afterAll(async () => {
    await deployer?.end();
    await lab?.destroy();
  });

  /** The site's own files, as a user writes them. */
  async function files() {
    const firstPorts = await freePorts(NAMES.length, PORTS);
    const machines = Object.fromEntries(NAMES.map((name, i) => [name, { firstPort: firstPorts[i] }]));
    const ssh = { identityFile: path.join(lab.directory, 'login') };
    return {
      'lxd.json': JSON.stringify({ image: 'nixos', machines, ssh }),
      'deploy-key.pub': readFileSync(`${ssh.identityFile}.pub`, 'utf8'),
    };
  }

  const key = (name: string) => path.join(deployer.directory, 'keys', name);
  const identity = (name: string) => lxd.lxc('config', 'get', name, 'volatile.uuid');

  async function resource(address: string): Promise<{ readonly [attribute: string]: any }> {
    const state = await deployer.succeed('terraform', [`-chdir=${deployer.stackDirectory('fleet')}`, 'show', '-json']);
    const resources: { address: string; values: object }[] = JSON.parse(state).values.root_module.resources;
    return resources.find((found) => found.address === address)!.values;
  }

  it('the example makes containers and deploys to each of them, and plans nothing afterwards', async () => {
    const deploy = await deployer.deploy(['fleet']);
    expect(deploy.output).toContain('6 added');
    expect(await lxd.containers()).toEqual([...NAMES]);
    for (const name of NAMES) {
      const { triggers } = await resource(`null_resource.${name}-system`);
      expect(await lxd.read(name, 'readlink -f /run/current-system')).toBe(triggers.toplevel);
      expect(await lxd.read(name, 'cat /etc/hostname')).toBe(name);
    }
    expect((await deployer.plan('fleet')).exitCode).toBe(0);
  }, 120_000);

  it('the state of the example holds no half of a host key', async () => {
    const state = await deployer.terraform('fleet', 'state', 'pull');
    expect(state.stdout).toContain('terraform_data');
    const halves = NAMES.map((name) => readFileSync(key(name), 'utf8').split('\n')[1]!);
    const publicKeys = NAMES.map((name) => readFileSync(`${key(name)}.pub`, 'utf8').split(' ')[1]!);
    expect([...halves, ...publicKeys].filter((text) => state.stdout.includes(text))).toEqual([]);
  });

  it('each container of the example reads what was known of the other only at apply', async () => {
    const [first, second] = await Promise.all(NAMES.map((name) => resource(`terraform_data.${name}`)));
    const others = async (name: string) => JSON.parse(await lxd.read(name, 'cat /run/others'));
    expect(await others('web1')).toEqual({ web2: { id: second!.id, address: '127.0.0.1' } });
    expect(await others('web2')).toEqual({ web1: { id: first!.id, address: '127.0.0.1' } });
  });

  it('the example opens the ports of the configuration and deploys a change in place', async () => {
    const before = await Promise.all(NAMES.map(identity));
    await deployer.edit('web.nix', 'allowedTCPPorts = [ 80 ]', 'allowedTCPPorts = [ 80 443 ]');
    const deploy = await deployer.deploy(['fleet']);
    expect(deploy.output).toContain('4 added, 0 changed, 4 destroyed');
    expect(await Promise.all(NAMES.map(identity))).toEqual(before);
    expect((await lxd.lxc('config', 'device', 'list', 'web1')).split('\n')).toEqual(
      expect.arrayContaining(['port22', 'port80', 'port443']),
    );
    expect((await deployer.plan('fleet')).exitCode).toBe(0);
  }, 120_000);

  it('the example refuses a container that has another host key than the one on record', async () => {
    const record = `${key('web1')}.pub`;
    const publicKey = readFileSync(record, 'utf8');
    writeFileSync(record, ed25519());
    await deployer.synth();
    const refused = await deployer.apply('fleet', '-replace=null_resource.web1-system');
    expect(refused.exitCode).toBe(1);
    expect(refused.output).toMatch(/web1.*host key/);
    writeFileSync(record, publicKey);
    await deployer.synth();
  }, 120_000);

  it('the example replaces a container that an interrupted apply left unfinished', async () => {
    renameSync(key('web2'), key('elsewhere'));
    const failed = await deployer.apply('fleet', '-replace=terraform_data.web2');
    expect(failed.exitCode).toBe(1);
    expect(await lxd.lxc('config', 'get', 'web2', 'user.unfinished')).toBe('true\n');
    renameSync(key('elsewhere'), key('web2'));
    expect((await deployer.apply('fleet')).exitCode).toBe(0);
    const { triggers } = await resource('null_resource.web2-system');
    expect(await lxd.read('web2', 'readlink -f /run/current-system')).toBe(triggers.toplevel);
    const { id } = await resource('terraform_data.web2');
    expect(JSON.parse(await lxd.read('web1', 'cat /run/others')).web2.id).toBe(id);
    expect((await deployer.plan('fleet')).exitCode).toBe(0);
  }, 120_000);

  it('destroy leaves no container of the example, also if somebody deleted one by hand', async () => {
    await lxd.lxc('delete', '--force', 'web1');
    const { exitCode } = await deployer.terraform('fleet', 'destroy', '-auto-approve', '-input=false');
    expect(exitCode).toBe(0);
    expect(await lxd.containers()).toEqual([]);
  }, 60_000);
});
