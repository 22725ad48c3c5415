import type { Shape } from '../../lab';
import { EVENTS, type EventName } from './all-events';
import { PHASES, phaseNamed, type PhaseName, type Way } from './phase';
import { randomOf } from './random';

/** One run: what strikes, and when. */
export interface Card {
  /** Decides everything else. */
  readonly seed: number;
  readonly event: EventName;
  readonly variant: string;
  readonly phase: PhaseName;
  /** How the phase is made to last. */
  readonly way: Way;
  /** How far into the phase it strikes: 0 at its beginning, 1 after the seconds that it lasts at least. */
  readonly moment: number;
  readonly shape: Shape;
}

/** An event in a phase; each has a number. */
export interface Combination {
  readonly number: number;
  readonly event: EventName;
  readonly phase: PhaseName;
}

const SHAPES: readonly Shape[] = ['plain', 'systemd', 'nixos'];

/** Every event in every phase. */
export const COMBINATIONS: readonly Combination[] = (Object.keys(EVENTS) as EventName[])
  .flatMap((event) => PHASES.map(({ name: phase }) => ({ event, phase })))
  .map((combination, number) => ({ number, ...combination }));

/** A seed of the combination. Consecutive turns have different shapes of host and different variants of the event. */
export function seedOf(combination: Combination, turn: number): number {
  return turn * COMBINATIONS.length + combination.number;
}

export function cardOf(seed: number): Card {
  const { number, event, phase } = COMBINATIONS[seed % COMBINATIONS.length]!;
  const turn = Math.floor(seed / COMBINATIONS.length);
  const { variants } = EVENTS[event];
  const { ways } = phaseNamed(phase);
  return {
    seed,
    event,
    // Shifted from phase to phase, so that each variant meets each shape.
    variant: variants[(turn + number) % variants.length]!,
    phase,
    // In pairs, or each variant of an event would meet one way only.
    way: ways[Math.floor(turn / 2) % ways.length]!,
    moment: randomOf(seed)(),
    shape: SHAPES[turn % SHAPES.length]!,
  };
}
