import type { Card } from './card';
import { type DeckOptions, deckOf } from './deck';
import { Ground } from './ground';
import { play, type Result } from './play';
import { ChaosSystems } from './systems';

export interface ChaosOptions extends DeckOptions {
  /** How many runs go on at the same time. */
  readonly workers: number;
  /** A run that lasts longer has failed. */
  readonly limitSeconds: number;
  readonly onResult?: (number: number, result: Result) => void;
}

/** Many runs, by workers that share a deck. */
export class Chaos {
  static async prepare(options: ChaosOptions): Promise<Chaos> {
    return new Chaos(options, await ChaosSystems.build());
  }

  private readonly results: Result[] = [];
  private readonly grounds: Ground[] = [];
  private readonly cards: Card[];

  private constructor(
    private readonly options: ChaosOptions,
    private readonly systems: ChaosSystems,
  ) {
    this.cards = deckOf(options);
  }

  /** @returns the results in the order of their ends */
  async play(): Promise<readonly Result[]> {
    await Promise.all(Array.from({ length: this.options.workers }, () => this.work()));
    return this.results;
  }

  /** Ends all hosts, also in the middle of a run. */
  async end(): Promise<void> {
    this.cards.length = 0;
    await Promise.all(this.grounds.map((ground) => ground.end()));
    await this.systems.end();
  }

  private async work(): Promise<void> {
    const ground = await Ground.create(this.systems);
    this.grounds.push(ground);
    for (let card = this.cards.shift(); card !== undefined; card = this.cards.shift()) {
      const host = await ground.host(card.shape, card.event);
      const result = await play({ card, host, systems: this.systems, limitSeconds: this.options.limitSeconds });
      if (result.complaints.length > 0) await ground.drop(host);
      this.results.push(result);
      this.options.onResult?.(this.results.length, result);
    }
  }
}
