import type { LabHost } from '../../lab';
import type { Card } from './card';
import { type DeckOptions, deckOf } from './deck';
import { Ground } from './ground';
import { ChaosSystems } from './systems';
import { type Result, Trial } from './trial';

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
  private readonly trials = new Set<Trial>();
  private readonly cards: Card[];

  private constructor(
    private readonly options: ChaosOptions,
    private readonly systems: ChaosSystems,
  ) {
    this.cards = deckOf(options);
  }

  /** @returns the results in the order of their ends */
  async play(): Promise<readonly Result[]> {
    await Promise.all(Array.from({ length: Math.min(this.options.workers, this.cards.length) }, () => this.work()));
    return this.results;
  }

  /** Ends all deployments and hosts, also in the middle of a run. */
  async end(): Promise<void> {
    this.cards.length = 0;
    await Promise.all([...this.trials].map((trial) => trial.end()));
    await Promise.all(this.grounds.map((ground) => ground.end()));
    await this.systems.end();
  }

  private async work(): Promise<void> {
    const ground = await Ground.create(this.systems);
    this.grounds.push(ground);
    for (let card = this.cards.shift(); card !== undefined; card = this.cards.shift()) {
      const host = await ground.host(card.shape, card.event);
      const result = await this.result(card, host);
      if (result.complaints.length > 0) await ground.drop(host);
      this.results.push(result);
      this.options.onResult?.(this.results.length, result);
    }
  }

  private async result(card: Card, host: LabHost): Promise<Result> {
    const trial = new Trial({ card, host, systems: this.systems, limitSeconds: this.options.limitSeconds });
    this.trials.add(trial);
    return trial.result().finally(() => this.trials.delete(trial));
  }
}
