import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Keeper } from '../../keeper/keeper';
import { until } from '../../wait';
import type { Metadata } from './machine';

const SCRIPT = path.join(__dirname, 'network.sh');
const METADATA = path.join(__dirname, 'serve-metadata.sh');

const METADATA_SECONDS = 30;

/** A network namespace of a lab; it has one address at most. */
export class ServerNetwork {
  /** One without an address. @param directory is made */
  static async make(keeper: Keeper, directory: string): Promise<ServerNetwork> {
    await keeper.run(SCRIPT, {}, 'make', directory);
    return new ServerNetwork(keeper, directory);
  }

  /** One with an address. @param directory is made */
  static async take(keeper: Keeper, directory: string): Promise<ServerNetwork> {
    await keeper.run(SCRIPT, {}, 'take', directory);
    return new ServerNetwork(keeper, directory);
  }

  private servesMetadata = false;

  private constructor(
    private readonly keeper: Keeper,
    readonly directory: string,
  ) {}

  /** With its prefix; an empty text if it has none. */
  get address(): string {
    return readFileSync(path.join(this.directory, 'address'), 'utf8').trim();
  }

  /** Gives its address to another network. */
  async moveAddressTo(other: ServerNetwork): Promise<void> {
    await this.keeper.run(SCRIPT, {}, 'move', this.directory, other.directory);
  }

  /** What the metadata service inside says from now on. */
  async tell(metadata: Metadata): Promise<void> {
    const file = path.join(this.directory, 'metadata.json');
    writeFileSync(file, JSON.stringify(metadata));
    if (this.servesMetadata) return;
    this.servesMetadata = true;
    const env = { NETWORK_DIR: this.directory, NODE: process.execPath };
    this.keeper.start(METADATA, env, path.join(this.directory, 'metadata.log'));
    await until('the metadata service listens', METADATA_SECONDS, () => existsSync(`${file}.ready`));
  }

  async remove(): Promise<void> {
    await this.keeper.run(SCRIPT, {}, 'remove', this.directory);
  }
}
