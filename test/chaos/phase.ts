import type { Configuration } from '../faults/support/systems';
import type { Journal } from './journal';

export type PhaseName = 'inspect' | 'copy' | 'switch' | 'wait' | 'commit' | 'rollback';

/** A part of a deployment, and what makes it last long enough to be struck. */
export interface Phase {
  readonly name: PhaseName;
  /** How long it lasts at least. */
  readonly seconds: number;
  /** The rate of the traffic to the host until the event. @default - no limit */
  readonly kilobits?: number;
  /** They take turns. */
  readonly ways: readonly Way[];
}

/** How a phase is made to last. */
export interface Way {
  /** The system that is deployed. */
  readonly wanted: Configuration;
  /** The proof does not come before the event. @default false */
  readonly gate?: boolean;
  /** Before the second proof. @default 0: there is none */
  readonly settleSeconds?: number;
}

/** In their order. */
export const PHASES: readonly Phase[] = [
  { name: 'inspect', seconds: 1, kilobits: 700, ways: [{ wanted: {} }] },
  { name: 'copy', seconds: 2, kilobits: 40_000, ways: [{ wanted: { closure: { paths: 6, mebibytes: 12 } } }] },
  { name: 'switch', seconds: 2, ways: [{ wanted: { faults: { activationSeconds: 2 } } }] },
  // For the first proof, or for the second.
  {
    name: 'wait',
    seconds: 1.5,
    ways: [
      { wanted: {}, gate: true },
      { wanted: {}, settleSeconds: 2 },
    ],
  },
  { name: 'commit', seconds: 2, ways: [{ wanted: { faults: { bootLoaderSeconds: 2 } } }] },
  // One fails in its activation, the other lets nobody log in.
  {
    name: 'rollback',
    seconds: 1,
    ways: [{ wanted: { faults: { activation: 'abort' } } }, { wanted: { services: { openssh: { enable: false } } } }],
  },
];

export function phaseNamed(name: PhaseName): Phase {
  return PHASES.find((phase) => phase.name === name)!;
}

const STATES: { readonly [state: string]: PhaseName } = {
  started: 'switch',
  activating: 'switch',
  waiting: 'wait',
  settling: 'wait',
  committing: 'commit',
  'rolling-back': 'rollback',
};

/** How far a deployment is; undefined before its first line, `over` when the host has decided. */
export type Progress = PhaseName | 'over' | undefined;

/** @param before the transaction that the journal named before the deployment */
export function progressOf(lines: readonly string[], journal: Journal, before: string | undefined): Progress {
  if (journal.id !== undefined && journal.id !== before) return STATES[journal.state ?? ''] ?? 'over';
  if (lines.some((line) => /(^|\): )web: copy: /.test(line))) return 'copy';
  return lines.some((line) => /(^|\): )web: connect: /.test(line)) ? 'inspect' : undefined;
}

/** @returns whether the deployment has passed the phase */
export function isPast(progress: Progress, phase: PhaseName): boolean {
  const order = [undefined, ...PHASES.map(({ name }) => name), 'over'] as Progress[];
  return order.indexOf(progress) > order.indexOf(phase);
}
