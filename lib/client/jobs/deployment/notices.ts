import type { DeploymentJob } from '../../../job/job';
import type { HostState } from '../../host/host-state';

/** A line of its own in the report. */
export type Notice = readonly [step: string, text: string];

/** What is unusual about a host, before anything is done to it. */
export function noticesOf(host: HostState, { values }: Pick<DeploymentJob, 'values'>): Notice[] {
  const notices: Notice[] = [];
  if (host.journalDamage !== undefined) {
    notices.push([
      'journal',
      `the host's journal is damaged: ${host.journalDamage}; it is kept aside, and a new one begun`,
    ]);
  }
  if (host.drift.length > 0) notices.push(['drift', driftText(host)]);
  if (host.stateIsVolatile && Object.keys(values).length > 0) {
    notices.push([
      'values',
      '/var/lib/cdktf-nixos of the host is in memory, and the values in it are gone after a restart; make that directory persistent',
    ]);
  }
  return notices;
}

/** After a change of what only a restart starts. */
export const RESTART_PENDING: Notice = [
  'restart',
  'until it restarts, the host runs the kernel, initrd and kernel modules that it booted: those of this system differ',
];

function driftText(host: HostState): string {
  const by = host.driftBy === undefined ? '' : ` (${host.driftBy})`;
  const changes = {
    running: `it has run ${host.running} since ${host.runningSince}${by}`,
    profile: `its profile has been ${host.profile} since ${host.profileSince}${by}`,
    boots: 'its boot default or boot menu was changed',
  };
  return `the host was changed after its last deployment, of ${host.committed}: ${host.drift.map((part) => changes[part]).join('; ')}`;
}
