import { DeployError, NOT_CONTACTED } from '../../report/deploy-error';
import type { EndingCode } from '../../report/ending';
import type { HostState } from '../../host/host-state';
import { goalNamed } from '../../../job/goal';
import type { DeploymentJob } from '../../../job/job';
import { displayBytes } from '../../report/text';
import { Toplevel } from '../../store/toplevel';

/**
 * Refuses what no host can switch to, before any is contacted. It is in the store of this machine already.
 *
 * @throws DeployError
 */
export function refuseUnusable(toplevel: string): void {
  const reason = new Toplevel(toplevel).unusable;
  if (reason === undefined) return;
  throw DeployError.of('no-system', {
    detail: `${toplevel} is not a system that a host can switch to: ${reason}`,
    host: NOT_CONTACTED,
  });
}

/** The format of the journal that this client writes; it reads this one and all older ones. */
const JOURNAL_FORMAT = 2;
/** With less in /run, systemd refuses to reload in the middle of a switch. */
const MIN_RUN_BYTES = 16 * 1024 * 1024;
/** Without it, nobody would learn how a transaction ended. */
const MIN_STATE_BYTES = 4 * 1024 * 1024;
const MIN_STATE_INODES = 64;

/**
 * Refuses a host that cannot be deployed to, before anything is done to it.
 *
 * @throws DeployError
 */
export function refuseUnfit(host: HostState, job: DeploymentJob): void {
  const unfitness = hostUnfitness(host, job.connection.user) ?? systemUnfitness(host, job);
  if (unfitness === undefined) return;
  const [code, detail] = unfitness;
  throw DeployError.of(code, { detail, host: `${host.description}, as before` });
}

type Unfitness = readonly [code: EndingCode, detail: string];

/** Why no system can be deployed to the host. */
function hostUnfitness(host: HostState, user: string): Unfitness | undefined {
  if (host.format > JOURNAL_FORMAT) {
    const formats = `journal format ${host.format}; this version knows ${JOURNAL_FORMAT}`;
    return ['newer-format', `a newer version of cdktf-nixos deployed to this host (${formats})`];
  }
  if (!host.isRoot) return ['not-root', `${user} is not root on the host`];
  return host.isNixos ? undefined : ['not-nixos', 'the host does not run NixOS'];
}

/** Why the host cannot take this system. */
function systemUnfitness(host: HostState, { system: evaluated, toplevel, goal }: DeploymentJob): Unfitness | undefined {
  const system = evaluated ?? new Toplevel(toplevel).platform;
  if (isOtherPlatform(host.system, system)) {
    return ['other-platform', `the system is built for ${system} and the host is ${host.system}`];
  }
  if (host.freeStateBytes < MIN_STATE_BYTES || host.freeStateInodes < MIN_STATE_INODES) {
    const free = Number.isFinite(host.freeStateInodes) ? ` and ${host.freeStateInodes} inodes` : '';
    const needed = `${displayBytes(MIN_STATE_BYTES)} and ${MIN_STATE_INODES} inodes`;
    const left = `${displayBytes(host.freeStateBytes)}${free}`;
    return ['no-space', `/var/lib has ${left} left, and the journal, the log and the values need ${needed}`];
  }
  if (!goalNamed(goal).activates || !host.hasSystemd || host.freeRunBytes >= MIN_RUN_BYTES) return undefined;
  const room = `${displayBytes(host.freeRunBytes)} left and systemd needs ${displayBytes(MIN_RUN_BYTES)}`;
  return ['no-run-space', `/run has ${room} to reload its units`];
}

/** The kernel has other names than Nix for some machines: only names that are the same in both can be compared. */
const COMPARABLE = /^(x86_64|aarch64|armv6l|armv7l|riscv64)-linux$/;

function isOtherPlatform(host: string, wanted: string | undefined): boolean {
  return COMPARABLE.test(host) && COMPARABLE.test(wanted ?? '') && host !== wanted;
}
