import type { Run, RunEnd } from '../faults/support/run';
import type { Scene } from '../faults/support/scene';
import type { PhaseName } from './phase';

/** Something that strikes a deployment, once. */
export interface ChaosEvent {
  /** Ways in which it happens; they take turns. */
  readonly variants: readonly string[];
  /** It ends the program that was started, which then has no exit status. @default false */
  readonly endsRun?: boolean;
  readonly strike: (stage: Stage) => Promise<Aftermath | void>;
}

/** The systems of a run besides those of its scene. */
export interface OtherSystems {
  /** What another deployment brings at the same time. */
  readonly rival: string;
  /** What somebody switches to by hand. */
  readonly foreign: string;
}

/** A deployment under way, for what strikes it. */
export interface Stage {
  readonly scene: Scene;
  readonly run: Run;
  readonly phase: PhaseName;
  readonly variant: string;
  readonly others: OtherSystems;
  /** Numbers that the run's seed decides. */
  readonly random: () => number;
}

/** What a strike leaves to wait for. */
export interface Aftermath {
  /** Resolves when nothing of the event goes on any more. */
  readonly over?: Promise<unknown>;
  /** Another deployment that the event began. */
  readonly rival?: Promise<RunEnd>;
}
