import { describe, expect, it } from 'vitest';
import { EVENT_NAMES } from '../../scripts/chaos/options.mjs';
import { EVENTS, type EventName } from './all-events';
import { COMBINATIONS } from './card';
import { deckOf } from './deck';
import { PHASES } from './phase';

const CARDS = deckOf({ seed: 1, runs: 200 });

describe('the deck of a chaos', () => {
  it('strikes each phase with each event at least three times in 200 runs', () => {
    const counts = COMBINATIONS.map(
      ({ event, phase }) => CARDS.filter((card) => card.event === event && card.phase === phase).length,
    );
    expect(CARDS).toHaveLength(200);
    expect(Math.min(...counts)).toBe(3);
    expect(Math.max(...counts)).toBe(4);
  });

  it('strikes each phase on each shape of host, and with each variant of each event', () => {
    for (const { name } of PHASES) {
      const cards = CARDS.filter(({ phase }) => phase === name);
      expect(new Set(cards.map(({ shape }) => shape)).size).toBe(3);
      const variants = Object.values(EVENTS).flatMap(({ variants }) => variants);
      expect(new Set(cards.map(({ variant }) => variant))).toEqual(new Set(variants));
    }
  });

  it('makes a phase last in each of its ways for each event', () => {
    for (const { name, ways } of PHASES) {
      for (const event of Object.keys(EVENTS)) {
        const cards = CARDS.filter((card) => card.phase === name && card.event === event);
        expect(new Set(cards.map(({ way }) => way)), `${event} in ${name}`).toEqual(new Set(ways));
      }
    }
  });

  it('has the same runs for the same seed, and different ones for another seed', () => {
    expect(deckOf({ seed: 1, runs: 200 })).toEqual(CARDS);
    expect(deckOf({ seed: 2, runs: 200 })).not.toEqual(CARDS);
  });

  it('repeats any run by the seed of that run alone', () => {
    for (const card of CARDS) expect(deckOf({ seed: card.seed, runs: 1 })).toEqual([card]);
  });

  it('has only the event that is asked for, in each phase', () => {
    const cards = deckOf({ seed: 1, runs: 12, only: 'power' });
    expect(new Set(cards.map(({ event }) => event))).toEqual(new Set(['power']));
    expect(new Set(cards.map(({ phase }) => phase)).size).toBe(PHASES.length);
  });

  it('has the events that the command line takes', () => {
    expect(EVENT_NAMES).toEqual(Object.keys(EVENTS) as EventName[]);
  });
});
