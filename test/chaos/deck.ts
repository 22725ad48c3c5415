import { type Card, cardOf, COMBINATIONS, seedOf } from './card';
import type { EventName } from './all-events';
import { randomOf, shuffled } from './random';

export interface DeckOptions {
  readonly seed: number;
  readonly runs: number;
  /** @default - all */
  readonly only?: EventName;
}

const MOST_TURNS = 100_000;

/**
 * The runs, shuffled by the seed: each combination of event and phase as often as any other, or once more. A single run is
 * the one of the seed itself, so that the seed of a run repeats it.
 */
export function deckOf({ seed, runs, only }: DeckOptions): Card[] {
  if (runs === 1) return [cardOf(seed)];
  const random = randomOf(seed);
  const wanted = COMBINATIONS.filter(({ event }) => only === undefined || event === only);
  const order = shuffled(wanted, random).map((combination) => ({
    combination,
    turn: Math.floor(random() * MOST_TURNS),
  }));
  const seeds = Array.from({ length: runs }, (_, i) => {
    const { combination, turn } = order[i % order.length]!;
    return seedOf(combination, turn + Math.floor(i / order.length));
  });
  return shuffled(seeds, random).map(cardOf);
}
