import { ExampleProject } from '../../lab/deployer/example-project';
import { installBaseSystems } from '../../lab/systems/base-system';
import { plannedResources } from '../../lab/deployer/planned-resources';
import { Lab, labUnavailable, type LabHost } from '../../lab';
import { deploy as runDeploy } from './deploy';
import { lockOut } from './lock-out';
import { faint, Screen } from './screen';

const STACK = 'web';
const screen = new Screen();

const WHAT_IS_REAL = [
  'Real here: cdktf CLI, Terraform, null provider, nix, ssh and the sshd and systemd on the hosts, a store on each.',
  'Not real: the hosts are namespaces of this machine, and what they run is a small stand-in for NixOS.',
];

/** One run of the real cdktf CLI, with the lines of its deployments on the screen. */
function deploy(project: ExampleProject): Promise<number> {
  screen.line(faint('$ cdktf deploy web --auto-approve'));
  return runDeploy(project.deployer, STACK, (line) => screen.line(line));
}

/** What `cdktf diff` would change. */
async function diff(project: ExampleProject): Promise<string[]> {
  screen.line(faint('$ cdktf diff web'));
  const { exitCode, output } = await project.deployer.diff(STACK);
  if (exitCode !== 0) throw new Error(`cdktf diff failed:\n${output}`);
  const resources = plannedResources(output);
  resources.forEach((resource) => screen.line(`${resource} must be replaced`));
  return resources;
}

/** What differs from the last commit. */
async function showChange(project: ExampleProject): Promise<void> {
  const text = await project.deployer.git('diff', 'HEAD', '--unified=0', '--no-prefix');
  text
    .split('\n')
    .filter((line) => /^(\+\+\+|[-+][^-+])/.test(line))
    .forEach((line) => screen.line(line.replace(/^\+\+\+ (.*)/, '$1:')));
}

const greetings = (hosts: readonly LabHost[]) => Promise.all(hosts.map((host) => host.read('cat /etc/greeting')));
const systems = (hosts: readonly LabHost[]) => Promise.all(hosts.map((host) => host.running()));

async function firstVersion(project: ExampleProject, hosts: readonly LabHost[]): Promise<void> {
  screen.chapter('Deploy examples/existing-host to three hosts');
  screen.claim('cdktf deploy succeeded', (await deploy(project)) === 0);
  const said = await greetings(hosts);
  screen.claim(
    'each host runs its own configuration',
    said.every((text, index) => text === `This is web${index + 1}.`),
  );
  screen.chapter('Nothing changed, so there is nothing to do');
  screen.claim('cdktf diff is empty', (await diff(project)).length === 0);
}

async function secondVersion(project: ExampleProject, hosts: readonly LabHost[]): Promise<void> {
  screen.chapter('Change one line of one host');
  const [before, after] = ['"This is web2.\\n"', '"This is web2, version 2.\\n"'];
  await project.deployer.edit('hosts/web2.nix', before, after);
  await showChange(project);
  const changes = await diff(project);
  screen.claim('exactly that host would change', changes.join() === 'null_resource.web2-system');
  const others = await systems([hosts[0], hosts[2]]);
  screen.claim('cdktf deploy succeeded', (await deploy(project)) === 0);
  await project.deployer.commit('web2 greets with its version');
  screen.claim('web2 says version 2', (await greetings(hosts))[1] === 'This is web2, version 2.');
  screen.claim('the others run what they ran', (await systems([hosts[0], hosts[2]])).join() === others.join());
}

async function lockedOut(project: ExampleProject, hosts: readonly LabHost[]): Promise<void> {
  screen.chapter('Deploy a mistake: a configuration that lets nobody log in to web3');
  const ran = await systems(hosts);
  await project.deployer.write('hosts/web3.nix', lockOut('web3'));
  await showChange(project);
  screen.claim('cdktf deploy failed, and said so', (await deploy(project)) !== 0);
  screen.claim('all hosts, web3 too, run what they ran before', (await systems(hosts)).join() === ran.join());
  screen.claim('the next boot of web3 starts that system too', (await hosts[2].bootDefault()) === ran[2]);
}

async function repaired(project: ExampleProject, hosts: readonly LabHost[]): Promise<void> {
  screen.chapter('Take the mistake back');
  await project.deployer.git('checkout', '--quiet', 'HEAD', '--', 'hosts/web3.nix');
  const ran = await systems(hosts);
  screen.claim('cdktf deploy succeeded: web3 answers and runs what it should', (await deploy(project)) === 0);
  screen.claim('no host was switched for it', (await systems(hosts)).join() === ran.join());
  screen.claim('cdktf diff is empty', (await diff(project)).length === 0);
}

async function main(): Promise<boolean> {
  if (labUnavailable !== undefined) {
    console.log(`The demo deploys to hosts that it makes itself, and here it cannot: ${labUnavailable}.`);
    return false;
  }
  screen.chapter('Three hosts, each with a network, a store and an sshd of its own');
  const lab = await Lab.create();
  let project: ExampleProject | undefined;
  try {
    const names = ['web1', 'web2', 'web3'];
    const hosts = await Promise.all(names.map((name) => lab.host({ name, shape: 'systemd' })));
    await installBaseSystems(hosts);
    hosts.forEach((host) => screen.line(`${host.name} at ${host.address}`));
    project = await ExampleProject.create('examples/existing-host', hosts);
    await firstVersion(project, hosts);
    await secondVersion(project, hosts);
    await lockedOut(project, hosts);
    await repaired(project, hosts);
  } finally {
    await project?.deployer.end();
    await lab.destroy();
  }
  return screen.summary(WHAT_IS_REAL);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
main().then(
  (good) => {
    process.exitCode = good ? 0 : 1;
  },
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);
