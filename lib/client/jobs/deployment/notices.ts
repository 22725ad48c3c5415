import type { DeploymentJob } from '../../../job/job';
import type { HostState } from '../../host/host-state';

/** A line of its own in the report. */
export type Notice = readonly [step: string, text: string];

/** What is unusual about a host, before anything is done to it. */
export function noticesOf(host: HostState, job: Pick<DeploymentJob, 'values' | 'secrets'>): Notice[] {
  const notices: Notice[] = [];
  if (host.journalDamage !== undefined) {
    notices.push([
      'journal',
      `the host's journal is damaged: ${host.journalDamage}; it is kept aside, and a new one begun`,
    ]);
  }
  if (host.drift.length > 0) notices.push(['drift', driftText(host)]);
  for (const files of host.stateIsVolatile ? lostFiles(job) : []) {
    notices.push([
      files,
      `/var/lib/cdktf-nixos of the host is in memory, and the ${files} in it are gone after a restart; make that directory persistent, for example with cdktf-nixos.keepStateIn`,
    ]);
  }
  return notices;
}

/** What the host reports about delivered files, by its event. */
const CHANGES: { readonly [event: string]: Notice | undefined } = {
  'changed-values': ['values', 'changed:'],
  'new-secrets': ['secrets', 'new:'],
  'removed-secrets': ['secrets', 'removed:'],
  'changed-secrets': ['secrets', 'changed:'],
  'moved-secrets': ['secrets', 'storage changed:'],
  restarts: ['units', 'restarted for what changed:'],
  reloads: ['units', 'reloaded for what changed:'],
};

/** The line for an event about delivered files: only names are shown, never a content. */
export function changeNotice(event: string, words: string): Notice | undefined {
  const [step, text] = CHANGES[event] ?? [];
  if (step === undefined || words.trim() === '') return undefined;
  return [step, `${text} ${words.trim().replaceAll(' ', ', ')}`];
}

/** What a restart takes that should outlive it. */
function lostFiles({ values, secrets = {} }: Pick<DeploymentJob, 'values' | 'secrets'>): ('values' | 'secrets')[] {
  const isKept = Object.values(secrets).some(({ storage }) => storage === 'kept');
  return [...(Object.keys(values).length > 0 ? ['values' as const] : []), ...(isKept ? ['secrets' as const] : [])];
}

/** After a change of what only a restart starts. */
export const RESTART_PENDING = [
  'restart',
  'until it restarts, the host runs the kernel, initrd and kernel modules that it booted: those of this system differ',
] as const satisfies Notice;

function driftText(host: HostState): string {
  const by = host.driftBy === undefined ? '' : ` (${host.driftBy})`;
  const changes = {
    running: `it has run ${host.running} since ${host.runningSince}${by}`,
    profile: `its profile has been ${host.profile} since ${host.profileSince}${by}`,
    boots: 'its boot default or boot menu was changed',
  };
  return `the host was changed after its last deployment, of ${host.committed}: ${host.drift.map((part) => changes[part]).join('; ')}`;
}
