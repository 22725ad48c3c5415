import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithLab } from '../support/describe-with-lab';
import { Chaos } from './chaos';
import { deckOf } from './deck';
import type { Result } from './trial';
import { failureOf } from './report';

/** Six events, each in another phase, on all shapes of hosts, and no silence to wait for. */
const DECK = { seed: 17135, runs: 6 };
const LIMIT_SECONDS = 120;
const TEST_MILLISECONDS = 600_000;

describeWithLab('a small chaos', () => {
  let chaos: Chaos;
  let results: readonly Result[];

  beforeAll(async () => {
    chaos = await Chaos.prepare({ ...DECK, workers: 2, limitSeconds: LIMIT_SECONDS });
    results = await chaos.play();
  }, TEST_MILLISECONDS);

  afterAll(() => chaos?.end());

  it('leaves one system on every host, and true messages about it', () => {
    const failures = results.filter(({ complaints }) => complaints.length > 0);
    expect(failures.map(failureOf).join('\n\n')).toBe('');
    expect(results).toHaveLength(DECK.runs);
  });

  it('strikes each deployment in the phase that was meant', () => {
    expect(results.map(({ hit }) => hit).sort()).toEqual(
      deckOf(DECK)
        .map(({ phase }) => phase)
        .sort(),
    );
  });
});
