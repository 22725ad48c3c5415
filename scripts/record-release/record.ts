import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installBaseSystems } from '../../lab/systems/base-system';
import { Deployer, type Outcome } from '../../lab/deployer/deployer';
import { RecordedRelease } from './recorded-release';
import { Lab, labUnavailable, type LabHost } from '../../lab';
import { root } from '../setup/environment.mjs';

type Hosts = { readonly [name: string]: { readonly host: string } };

/** A host of the lab for each of the app. Besides its own address it has the one that the app knows. */
async function makeHosts(lab: Lab, hosts: Hosts): Promise<LabHost[]> {
  const made = await Promise.all(Object.keys(hosts).map((name) => lab.host({ name, shape: 'plain' })));
  await installBaseSystems(made);
  await Promise.all(made.map((host) => host.read(`ip address add ${hosts[host.name].host}/32 dev lo`)));
  return made;
}

/** The app's hosts.json with the logins to the lab's hosts. */
function withLogins(hosts: Hosts, made: readonly LabHost[]): string {
  const entries = made.map(({ name, hostKey, address, identityFile }) => [
    name,
    { ...hosts[name], login: { hostKey, address, identityFile } },
  ]);
  return JSON.stringify(Object.fromEntries(entries), null, 2);
}

function expectStatus(what: string, wanted: number, { exitCode, output }: Outcome): void {
  if (exitCode !== wanted) throw new Error(`${what} exited ${exitCode}, expected ${wanted}:\n${output}`);
}

/** Keeps a file of the deployer's project, unless it names something that only this machine has. */
async function keep(from: string, to: string, project: string, foreign: readonly string[]): Promise<void> {
  const text = RecordedRelease.portable(await readFile(from, 'utf8'), project);
  const found = foreign.find((name) => text.includes(name));
  if (found !== undefined) throw new Error(`${from} names ${found}, which only this machine has`);
  await mkdir(path.dirname(to), { recursive: true });
  await writeFile(to, text);
}

async function keepStack(release: RecordedRelease, deployer: Deployer, stack: string, foreign: readonly string[]) {
  const { directory } = deployer;
  const folder = path.join(release.recorded, stack);
  const output = path.join(deployer.stackDirectory(stack), 'cdk.tf.json');
  await keep(output, path.join(folder, 'cdk.tf.json'), directory, foreign);
  await keep(path.join(directory, `terraform.${stack}.tfstate`), path.join(folder, 'state.json'), directory, foreign);
}

async function record(release: RecordedRelease, lab: Lab): Promise<void> {
  const hostsFile = await readFile(path.join(root, release.app, 'hosts.json'), 'utf8');
  const hosts: Hosts = JSON.parse(hostsFile);
  const made = await makeHosts(lab, hosts);
  const foreign = [root, tmpdir(), ...made.map(({ address }) => address)];
  const deployer = await Deployer.create({ app: release.app, files: { 'hosts.json': withLogins(hosts, made) } });
  try {
    expectStatus('cdktf synth', 0, await deployer.synth());
    const stacks = await readdir(path.join(deployer.directory, 'cdktf.out', 'stacks'));
    expectStatus('cdktf deploy', 0, await deployer.deploy(stacks));
    // The logins are the lab's. Without them a synth writes the same on every machine, and plans nothing.
    await deployer.write('hosts.json', hostsFile);
    expectStatus('cdktf synth', 0, await deployer.synth());
    for (const stack of stacks) expectStatus(`terraform plan of ${stack}`, 0, await deployer.plan(stack));
    for (const stack of stacks) await keepStack(release, deployer, stack, foreign);
    console.log(`recorded ${release.version}: ${stacks.join(', ')}`);
  } finally {
    await deployer.end();
  }
}

async function main(version: string): Promise<void> {
  const release = new RecordedRelease(version);
  if (labUnavailable !== undefined) throw new Error(`no lab hosts here: ${labUnavailable}`);
  if (existsSync(release.recorded)) throw new Error(`${version} is recorded already, and a record never changes`);
  const lab = await Lab.create();
  try {
    await record(release, lab);
  } finally {
    await lab.destroy();
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
main(process.argv[2]).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
