import { until } from '../../../lab/wait';
import { journalOf } from '../journal';
import type { ChaosEvent, Stage } from '../event';

/** Between two calls there is for a moment no such process. */
const FOUND_SECONDS = 2;

/** Kill -9 of the client. */
export const CLIENT: ChaosEvent = {
  variants: ['killed'],
  endsRun: true,
  strike: async ({ run }) => run.signal('SIGKILL'),
};

/** Kill -9 of Terraform, which runs the client. */
export const TERRAFORM: ChaosEvent = CLIENT;

/** Kill -9 of what carries out the transaction; before there is one, of what serves the client. */
export const SUPERVISOR: ChaosEvent = {
  variants: ['killed'],
  strike: async (stage) => {
    const { scene, phase } = stage;
    if (phase !== 'inspect' && phase !== 'copy') await scene.host.exec(killLine(journalOf(scene.host).supervisor));
    else await killOnHost(stage, '^sh -c SUPERVISOR=');
  },
};

/** Kill -9 of the client's connection. */
export const SSH_MASTER: ChaosEvent = {
  variants: ['killed'],
  strike: async ({ scene }) => {
    const masters = await until('the client has a connection', FOUND_SECONDS, () => {
      const found = scene.operator.processes().filter(({ commandLine }) => commandLine.includes('ControlMaster=yes'));
      return found.length > 0 && found;
    });
    for (const { pid } of masters) process.kill(pid, 'SIGKILL');
  },
};

/** Kill -9 of sshd with all connections. Without systemd nobody would start it again, so there only the connections. */
export const SSHD: ChaosEvent = {
  variants: ['killed'],
  strike: (stage) =>
    killOnHost(stage, stage.scene.host.shape === 'plain' ? '^sshd(-session)?: [a-z]+( |@)' : '^sshd(-session)?: '),
};

async function killOnHost({ scene }: Stage, pattern: string): Promise<void> {
  const { host } = scene;
  await until(`the host has a process ${pattern}`, FOUND_SECONDS, async () => {
    const found = await host.processes(pattern);
    return found.length > 0 && (await host.exec(`kill -KILL ${found.join(' ')}`)) !== undefined;
  });
}

/** @param supervisor as the journal names it: process id and start time */
function killLine(supervisor = ''): string {
  return `kill -KILL ${supervisor.split(' ')[0]}`;
}
