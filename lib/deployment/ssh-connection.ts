import type { IConstruct } from 'constructs';
import type { HostKeys } from '../host-keys';
import { CONNECTION_FIELDS, ENDPOINT_FIELDS, LOGIN_FIELDS } from '../job/connection-fields';
import { jobValues } from '../job/field';
import type { SshConnection, SshEndpoint } from '../job/job';
import type { JumpHost } from '../jump-host';
import { isToken } from '../terraform/token';
import type { SshOptions } from '../ssh-options';
import { display } from '../validation/display';
import type { Problem } from '../validation/problem';
import { Checks } from '../terraform/checks';
import { instanceProblem, type OptionNames } from '../validation/options';

/** A machine, as far as one logs in to it. */
export interface SshTarget extends IConstruct {
  readonly host: string;
  readonly hostKeys: HostKeys;
  readonly ssh: SshOptions;
}

/** What logging in to a machine and to a jump host have in common. */
type Endpoint = Pick<JumpHost, 'host' | 'hostKeys' | 'user' | 'port' | 'identityFile'>;

const ROOT = 'root';
const HOST_KEYS_FIX = 'write HostKeys.pinned(["ssh-ed25519 AAAA..."]) or HostKeys.fromKnownHostsFile("known_hosts")';

/** The names of all options of a login. */
const SSH_OPTIONS: OptionNames = {
  ...LOGIN_FIELDS,
  jumpHosts: true,
  ...CONNECTION_FIELDS,
} satisfies Record<keyof SshOptions, unknown>;

const JUMP_HOST_OPTIONS: OptionNames = {
  ...ENDPOINT_FIELDS,
  hostKeys: true,
  ...LOGIN_FIELDS,
} satisfies Record<keyof JumpHost, unknown>;

/** The machine's connection for a job, every default filled in. */
export function sshConnection(machine: SshTarget): SshConnection {
  const { ssh } = machine;
  return {
    ...endpoint(machine, { ...ssh, host: machine.host, hostKeys: machine.hostKeys }),
    jumpHosts: (ssh.jumpHosts ?? []).map((jumpHost) => endpoint(machine, jumpHost)),
    ...jobValues(CONNECTION_FIELDS, ssh),
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
  check.options('ssh', ssh, SSH_OPTIONS);
  check.list('ssh.jumpHosts', ssh.jumpHosts);
  checkEndpoint(check, machine, { ...ssh, host: machine.host, hostKeys: machine.hostKeys }, '', 'ssh.');
  (ssh.jumpHosts ?? []).forEach((jumpHost, i) => {
    check.options(`ssh.jumpHosts[${i}]`, jumpHost, JUMP_HOST_OPTIONS);
    checkEndpoint(check, machine, jumpHost, `ssh.jumpHosts[${i}].`);
  });
  check.fields('ssh.', CONNECTION_FIELDS, { ...ssh });
  check.refuse('ssh.privilegeEscalation', escalationProblem(ssh));
}

function endpoint(scope: IConstruct, to: Endpoint): SshEndpoint {
  const login = jobValues(LOGIN_FIELDS, to);
  return { host: to.host, ...login, hostKeys: to.hostKeys._find(scope, to.host, login.port).entries };
}

/**
 * @param at leads the names of the fields in messages
 * @param loginAt the same for the options of the login: a machine has them in its `ssh`
 */
function checkEndpoint(check: Checks, scope: IConstruct, to: Endpoint, at: string, loginAt = at): void {
  check.fields(at, ENDPOINT_FIELDS, { ...to });
  check.fields(loginAt, LOGIN_FIELDS, { ...to });
  check.refuse(`${at}hostKeys`, instanceProblem(to.hostKeys, '_find', 'HostKeys', HOST_KEYS_FIX));
  const { index, problem } = to.hostKeys._find(scope, to.host, jobValues(LOGIN_FIELDS, to).port);
  check.refuse(`${at}hostKeys${index === undefined ? '' : `[${index}]`}`, problem);
}

/** Only root may activate a system: another user without a way to become root would fail at apply. */
function escalationProblem({ user = ROOT, privilegeEscalation }: SshOptions): Problem | undefined {
  if (privilegeEscalation !== undefined || user === ROOT || isToken(user)) return undefined;
  return {
    given: 'nothing',
    expected: `how the user ${display(user)} becomes root`,
    fix: 'give PrivilegeEscalation.SUDO, or PrivilegeEscalation.NONE for a user with the uid of root',
  };
}
