import { DeployError, ExitStatus } from '../../report/deploy-error';
import type { HostState } from '../../host/host-state';
import { goalNamed } from '../../../job/goal';
import type { DeploymentJob } from '../../../job/job';
import { displayBytes } from '../../report/text';

/** The format of the journal that this client writes; it reads this one and all older ones. */
const JOURNAL_FORMAT = 1;
/** With less in /run systemd refuses to reload, in the middle of a switch. */
const MIN_RUN_BYTES = 16 * 1024 * 1024;

/**
 * Refuses a host that cannot be deployed to, before anything is done to it.
 *
 * @throws DeployError
 */
export function refuseUnfit(host: HostState, job: DeploymentJob): void {
  const refuse = (what: string, fix: string) => {
    throw new DeployError({ status: ExitStatus.FAILED, what, host: `${host.description}, as before`, fix });
  };
  if (host.format > JOURNAL_FORMAT) {
    refuse(
      `a newer version of cdktf-nixos deployed to this host (journal format ${host.format}, known here: ${JOURNAL_FORMAT})`,
      'update cdktf-nixos, then run cdktf synth and the deployment again',
    );
  }
  if (!host.isRoot) {
    refuse(
      `${job.connection.user} is not root on the host`,
      'set ssh.user to root, or ssh.privilegeEscalation to PrivilegeEscalation.SUDO',
    );
  }
  if (!host.isNixos) {
    refuse('the host does not run NixOS', 'install NixOS on it first (for example with nixos-anywhere)');
  }
  if (isOtherPlatform(host.system, job.system)) {
    refuse(
      `the system is built for ${job.system} and the host is ${host.system}`,
      'set nixpkgs.hostPlatform of the configuration to the platform of the host, or deploy to another machine',
    );
  }
  if (goalNamed(job.goal).activates && host.hasSystemd && host.freeRunBytes < MIN_RUN_BYTES) {
    refuse(
      `/run has ${displayBytes(host.freeRunBytes)} left and systemd needs ${displayBytes(MIN_RUN_BYTES)} to reload its units`,
      'find what fills /run on the host (du -x /run), or reboot it',
    );
  }
}

/** The kernel has other names than Nix for some machines: only names that are the same in both can be compared. */
const COMPARABLE = /^(x86_64|aarch64|armv6l|armv7l|riscv64)-linux$/;

function isOtherPlatform(host: string, wanted: string | undefined): boolean {
  return COMPARABLE.test(host) && COMPARABLE.test(wanted ?? '') && host !== wanted;
}
