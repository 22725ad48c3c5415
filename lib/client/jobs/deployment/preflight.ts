import { DeployError, type DeployErrorParts, NOT_CONTACTED } from '../../report/deploy-error';
import { ENDINGS } from '../../report/ending';
import type { HostState } from '../../host/host-state';
import { goalNamed } from '../../../job/goal';
import type { DeploymentJob } from '../../../job/job';
import { REFUSALS } from '../../report/refusals';
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
    detail: `${toplevel} is no system that a host can switch to: ${reason}`,
    host: NOT_CONTACTED,
  });
}

/** The format of the journal that this client writes; it reads this one and all older ones. */
const JOURNAL_FORMAT = 2;
/** With less in /run systemd refuses to reload, in the middle of a switch. */
const MIN_RUN_BYTES = 16 * 1024 * 1024;
/** Without it a transaction cannot say how it ended. */
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
  throw new DeployError({ host: `${host.description}, as before`, ...unfitness });
}

type Unfitness = Omit<DeployErrorParts, 'host'>;

/** Why no system can be deployed to the host. */
function hostUnfitness(host: HostState, user: string): Unfitness | undefined {
  if (host.format > JOURNAL_FORMAT) {
    return {
      what: `a newer version of cdktf-nixos deployed to this host (journal format ${host.format}; this version knows ${JOURNAL_FORMAT})`,
      ...REFUSALS['newer-format'],
    };
  }
  if (!host.isRoot) {
    return { what: `${user} is not root on the host`, ...REFUSALS['not-root'] };
  }
  if (host.isNixos) return undefined;
  return { what: 'the host does not run NixOS', ...REFUSALS['not-nixos'] };
}

/** Why the host cannot take this system. */
function systemUnfitness(host: HostState, { system: evaluated, toplevel, goal }: DeploymentJob): Unfitness | undefined {
  const system = evaluated ?? new Toplevel(toplevel).platform;
  if (isOtherPlatform(host.system, system)) {
    return {
      code: 'other-platform',
      what: `the system is built for ${system} and the host is ${host.system}`,
      ...ENDINGS['other-platform'],
    };
  }
  if (host.freeStateBytes < MIN_STATE_BYTES || host.freeStateInodes < MIN_STATE_INODES) {
    const free = Number.isFinite(host.freeStateInodes) ? ` and ${host.freeStateInodes} inodes` : '';
    return {
      what: `/var/lib has ${displayBytes(host.freeStateBytes)}${free} left, and the journal, the log and the values need ${displayBytes(MIN_STATE_BYTES)} and ${MIN_STATE_INODES} inodes`,
      ...REFUSALS['no-space'],
    };
  }
  if (!goalNamed(goal).activates || !host.hasSystemd || host.freeRunBytes >= MIN_RUN_BYTES) return undefined;
  return {
    what: `/run has ${displayBytes(host.freeRunBytes)} left and systemd needs ${displayBytes(MIN_RUN_BYTES)} to reload its units`,
    ...REFUSALS['no-run-space'],
  };
}

/** The kernel has other names than Nix for some machines: only names that are the same in both can be compared. */
const COMPARABLE = /^(x86_64|aarch64|armv6l|armv7l|riscv64)-linux$/;

function isOtherPlatform(host: string, wanted: string | undefined): boolean {
  return COMPARABLE.test(host) && COMPARABLE.test(wanted ?? '') && host !== wanted;
}
