import type { HostReport } from '../faults/support/host-report';
import type { Look } from '../faults/support/look';
import type { EventName } from './all-events';
import type { Journal } from './journal';
import type { PhaseName } from './phase';

/** All that there is to judge a run by. */
export interface Facts {
  readonly event: EventName;
  readonly variant: string;
  readonly phase: PhaseName;
  readonly systems: { readonly old: string; readonly wanted: string; readonly rival: string; readonly foreign: string };
  /** Exit status and lines of the deployment; undefined when the event killed it. */
  readonly status: number | undefined;
  readonly lines: readonly string[];
  /** Exit status of the other deployment, if there was one. */
  readonly rivalStatus?: number;
  readonly before: Pick<HostReport, 'processes'>;
  readonly host: Look;
  readonly journal: Journal;
  /** The systems that generations of the profile name. */
  readonly generations: readonly string[];
  /** A fresh login works. */
  readonly login: boolean;
}

const FINAL = ['', 'committed', 'rolled-back', 'aborted'];

/** Everything that is not as it has to be, a sentence each. */
export function complaintsAbout(facts: Facts): string[] {
  return [
    ...aboutSystem(facts),
    ...aboutJournal(facts),
    ...aboutLeftovers(facts),
    ...aboutStatus(facts),
    ...aboutWords(facts),
    ...(facts.login ? [] : ['no fresh login works']),
  ];
}

/** The facts after the next deployment, an ordinary one. */
export interface NextFacts extends Pick<Facts, 'before' | 'host' | 'login'> {
  readonly next: string;
  readonly status: number | undefined;
}

/** The next deployment succeeds, and nothing at all is left. */
export function complaintsAboutNext(facts: NextFacts): string[] {
  const { status, next, host, login } = facts;
  const { running, profile, boots } = host;
  const complaints = [
    ...(status === 0 ? [] : [`exit status ${status}`]),
    ...([running, profile, boots].every((system) => system === next)
      ? []
      : [`the host runs ${running}, boots ${boots}, and the profile is ${profile}`]),
    ...(host.state === 'committed' ? [] : [`the journal's state is ${host.state}`]),
    ...host.etc.map((text) => `/etc: ${text}`),
    ...host.services.map((text) => `service: ${text}`),
    ...aboutLeftovers(facts),
    ...host.roots.map((root) => `root left: ${root}`),
    ...host.requests.map((file) => `request left: ${file}`),
    ...host.temporary.map((file) => `file left: ${file}`),
    ...(login ? [] : ['no fresh login works']),
  ];
  return complaints.map((complaint) => `the next deployment: ${complaint}`);
}

/** One system: it runs, it is the profile's and it boots. */
function aboutSystem(facts: Facts): string[] {
  const { event, variant, host, systems, phase } = facts;
  const { running, profile, boots } = host;
  const known = [systems.old, ...(phase === 'rollback' ? [] : [systems.wanted])];
  if (event === 'rival') known.push(systems.rival);
  if (event === 'foreign') known.push(systems.foreign);
  const isForeignTest = event === 'foreign' && variant === 'test' && running === systems.foreign;
  // The profile was set and the boot default not yet: the next deployment repairs it.
  const isCutOff = event === 'power' && !isFinal(facts);
  const complaints = known.includes(running) ? [] : [`the host runs ${running}, which it may not`];
  if (boots !== running && !isForeignTest) complaints.push(`the host runs ${running} and boots ${boots}`);
  if (profile !== boots && !isCutOff) complaints.push(`the host boots ${boots} and the profile is ${profile}`);
  return [
    ...complaints,
    ...host.etc.map((text) => `/etc: ${text}`),
    ...host.services.map((text) => `service: ${text}`),
  ];
}

function aboutJournal(facts: Facts): string[] {
  const { event, host, journal } = facts;
  if (!isFinal(facts)) return event === 'power' ? [] : [`the journal's state is ${host.state}`];
  const committed = journal.committed ?? '';
  if (event === 'foreign' || committed === '' || committed === host.running) return [];
  return [`the journal says that ${committed} was committed, and the host runs ${host.running}`];
}

function isFinal({ event, host }: Pick<Facts, 'event' | 'host'>): boolean {
  // A boot loader cannot be written back while its disk is full: that is said, and the next deployment repairs it.
  return FINAL.includes(host.state) || (event === 'disk' && host.state === 'rollback-failed');
}

function aboutLeftovers({ host, before }: Pick<Facts, 'host' | 'before'>): string[] {
  const known = new Map<string, number>();
  for (const args of before.processes) known.set(args, (known.get(args) ?? 0) + 1);
  const extra = host.processes.filter((args) => {
    known.set(args, (known.get(args) ?? 0) - 1);
    return known.get(args)! < 0;
  });
  const missing = [...known].filter(([, count]) => count > 0).map(([args]) => args);
  return [
    ...extra.map((args) => `process left: ${args}`),
    ...missing.map((args) => `process missing: ${args}`),
    ...host.units.map((unit) => `unit left: ${unit}`),
    ...host.damaged.map((storePath) => `damaged: ${storePath}`),
    ...host.deployer.map((name) => `left on this machine: ${name}`),
    ...(host.lock === 'free' ? [] : ['the lock is held']),
  ];
}

/** The exit status is true. */
function aboutStatus({ event, status, rivalStatus, systems, host, generations }: Facts): string[] {
  const isAlone = event !== 'rival' && event !== 'foreign';
  const { old, wanted, rival } = systems;
  const complaints: string[] = [];
  const claim = (is: boolean, text: string) => is || complaints.push(`exit status ${status}: ${text}`);
  if (status === undefined) return [];
  if (status === 0) claim(generations.includes(wanted), 'the system was not committed');
  if (status === 0 && isAlone) claim(host.running === wanted, `the host runs ${host.running}`);
  if ((status === 1 || status === 2) && isAlone) claim(host.running === old, `the host runs ${host.running}`);
  if (status === 2) claim(host.running !== wanted, 'the host runs the new system');
  if (status === 3) claim(!isAlone, 'the host can be reached and has decided');
  if (status === 75) claim(event === 'rival', 'there is no other deployment');
  claim([0, 1, 2, 3, 75].includes(status), 'the job was good');
  if (rivalStatus === 0 && !generations.includes(rival))
    complaints.push('the other deployment ended with 0 without a commit');
  return complaints;
}

/** A failure ends with its three lines, and what they say about the host is true. */
function aboutWords({ event, status, lines, host }: Facts): string[] {
  if (status === undefined || status === 0) return [];
  const said = (label: string) => lines.flatMap((line) => line.split(`web: ${label}: `).slice(1));
  const complaints = ['failed', 'host', 'to do']
    .filter((label) => (event === 'rival' ? said(label).length < 1 : said(label).length !== 1))
    .map((label) => `the deployment said "${label}" ${said(label).length} times`);
  const named = /^runs and boots ([^\s;,]+)/.exec(said('host')[0] ?? '')?.[1];
  const isAlone = event !== 'rival' && event !== 'foreign';
  if (isAlone && named !== undefined && named !== host.running)
    complaints.push(`the deployment said that the host runs ${named}`);
  return complaints;
}
