import type { IConstruct } from 'constructs';
import type { HostKeys } from './host-keys';
import type { SshConnection, SshEndpoint } from './job/job';
import type { JumpHost } from './jump-host';
import { PrivilegeEscalation } from './privilege-escalation';
import { isToken } from './terraform/token';
import * as defaults from './ssh-options';
import { display } from './validation/display';
import { hostProblem } from './validation/host';
import { identityFileProblem } from './validation/identity-file';
import { portProblem } from './validation/port';
import type { Problem } from './validation/problem';
import { secondsProblem } from './validation/seconds';
import { userProblem } from './validation/user';
import { Checks } from './terraform/checks';

/** A machine, as far as one logs in to it. */
export interface SshTarget extends IConstruct {
  readonly host: string;
  readonly hostKeys: HostKeys;
  readonly ssh: defaults.SshOptions;
}

/** What logging in to a machine and to a jump host have in common. */
type Endpoint = Pick<JumpHost, 'host' | 'hostKeys' | 'user' | 'port' | 'identityFile'>;

/** A connection in a job whose tokens have no value yet. */
export type ConnectionTemplate = Omit<SshConnection, 'privilegeEscalation'> & {
  readonly privilegeEscalation: string;
};

/** The machine's connection for a job, every default filled in. */
export function sshConnection(machine: SshTarget): ConnectionTemplate {
  const { ssh } = machine;
  return {
    ...endpoint(machine, { ...ssh, host: machine.host, hostKeys: machine.hostKeys }),
    jumpHosts: (ssh.jumpHosts ?? []).map((jumpHost) => endpoint(machine, jumpHost)),
    privilegeEscalation: (ssh.privilegeEscalation ?? PrivilegeEscalation.NONE).name,
    connectTimeoutSeconds: ssh.connectTimeoutSeconds ?? defaults.DEFAULT_CONNECT_TIMEOUT_SECONDS,
    bootTimeoutSeconds: ssh.bootTimeoutSeconds ?? defaults.DEFAULT_BOOT_TIMEOUT_SECONDS,
  };
}

/**
 * Refuses what ssh could not use. Terraform tokens pass: the client runs the same checks on their values.
 *
 * @throws InputError in the name of the machine
 */
export function checkConnection(machine: SshTarget): void {
  const { ssh } = machine;
  const check = new Checks(machine.node.path);
  checkEndpoint(check, machine, { ...ssh, host: machine.host, hostKeys: machine.hostKeys }, '', 'ssh.');
  (ssh.jumpHosts ?? []).forEach((jumpHost, i) => checkEndpoint(check, machine, jumpHost, `ssh.jumpHosts[${i}].`));
  check.literal('ssh.connectTimeoutSeconds', ssh.connectTimeoutSeconds, secondsProblem);
  check.literal('ssh.bootTimeoutSeconds', ssh.bootTimeoutSeconds, secondsProblem);
  check.refuse('ssh.privilegeEscalation', escalationProblem(ssh));
}

function endpoint(scope: IConstruct, to: Endpoint): SshEndpoint {
  const { host, user = defaults.DEFAULT_SSH_USER, port = defaults.DEFAULT_SSH_PORT, identityFile } = to;
  return { host, user, port, identityFile, hostKeys: to.hostKeys._find(scope, host, port).entries };
}

/**
 * @param at leads the names of the fields in messages
 * @param optionsAt the same for the options of the login: a machine has them in its `ssh`
 */
function checkEndpoint(check: Checks, scope: IConstruct, to: Endpoint, at: string, optionsAt = at): void {
  if (!isToken(to.host)) check.refuse(`${at}host`, hostProblem(to.host));
  check.value(`${optionsAt}user`, to.user, userProblem);
  check.value(`${optionsAt}port`, to.port, portProblem);
  check.value(`${optionsAt}identityFile`, to.identityFile, identityFileProblem);
  const { index, problem } = to.hostKeys._find(scope, to.host, to.port ?? defaults.DEFAULT_SSH_PORT);
  check.refuse(`${at}hostKeys${index === undefined ? '' : `[${index}]`}`, problem);
}

/** Only root may activate a system: another user without a way to become root would fail at apply. */
function escalationProblem(ssh: defaults.SshOptions): Problem | undefined {
  const { user = defaults.DEFAULT_SSH_USER, privilegeEscalation } = ssh;
  if (privilegeEscalation !== undefined || user === defaults.DEFAULT_SSH_USER || isToken(user)) return undefined;
  return {
    given: 'nothing',
    expected: `how the user ${display(user)} becomes root`,
    fix: 'give PrivilegeEscalation.SUDO, or PrivilegeEscalation.NONE for a user with the uid of root',
  };
}
