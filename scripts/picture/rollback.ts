import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Lab, labUnavailable, type LabHost } from '../../lab';
import { ssh } from '../../lab/ssh';
import { installBaseSystems } from '../../lab/systems/base-system';
import { ExampleProject } from '../../lab/deployer/example-project';
import { deploy } from '../demo/deploy';
import { lockOut } from '../demo/lock-out';
import { root } from '../setup/environment.mjs';
import { terminalSvg, type Look, type TerminalLine } from './terminal-svg';

const STACK = 'web';
const NAME = 'web1';
const PICTURE = path.join(root, 'docs', 'rollback.svg');

/** What the terminal shows, line by line. */
class Recording {
  readonly lines: TerminalLine[] = [];

  add(look: Look, text: string): void {
    if (look === 'command' && this.lines.length > 0) this.lines.push({ look, text: '' });
    this.lines.push({ look, text });
    console.log(text);
  }
}

/** Colours by the client's steps: the failure and what the host runs stand out, the host's log stands back. */
function look(line: string): Look {
  const looks: { readonly [step: string]: Look } = { log: 'faint', failed: 'failed', host: 'good' };
  return looks[line.split(': ')[1] ?? ''] ?? 'output';
}

async function showMistake(project: ExampleProject, recording: Recording): Promise<void> {
  await project.deployer.write(`hosts/${NAME}.nix`, lockOut(NAME));
  recording.add('command', '$ git diff --unified=0 HEAD | grep authorizedKeys');
  const diff = await project.deployer.git('diff', '--unified=0', 'HEAD');
  diff
    .split('\n')
    .filter((line) => line.includes('authorizedKeys'))
    .forEach((line) => recording.add('added', line));
}

async function showRollback(project: ExampleProject, recording: Recording): Promise<void> {
  recording.add('command', `$ cdktf deploy ${STACK} --auto-approve`);
  const status = await deploy(project.deployer, STACK, (line) => recording.add(look(line), line));
  if (status === 0) throw new Error('the deployment succeeded; the picture is of one that fails');
}

async function showHost(host: LabHost, recording: Recording): Promise<void> {
  const command = 'readlink /run/current-system';
  recording.add('command', `$ ssh ${host.user}@${host.address} ${command}`);
  const { exitCode, stdout } = await ssh(host, command);
  if (exitCode !== 0) throw new Error('the host cannot be logged in to');
  recording.add('good', stdout.trim());
}

async function record(lab: Lab): Promise<Recording> {
  const host = await lab.host({ name: NAME, shape: 'systemd' });
  await installBaseSystems([host]);
  const project = await ExampleProject.create('examples/existing-host', [host]);
  try {
    const first = await deploy(project.deployer, STACK, (line) => console.log(line));
    if (first !== 0) throw new Error('the first deployment failed');
    const recording = new Recording();
    await showMistake(project, recording);
    await showRollback(project, recording);
    await showHost(host, recording);
    return recording;
  } finally {
    await project.deployer.end();
  }
}

async function main(): Promise<void> {
  if (labUnavailable !== undefined) throw new Error(`the picture needs a lab host: ${labUnavailable}`);
  const lab = await Lab.create();
  try {
    const { lines } = await record(lab);
    writeFileSync(PICTURE, terminalSvg('a deployment that locks its deployer out', lines));
  } finally {
    await lab.destroy();
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
