import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { mustRun } from '../../command';
import { LabHost } from '../../host/lab-host';
import type { HostParts } from '../../host/host-parts';
import type { HostOptions } from '../../host/host-options';
import type { Lab } from '../../lab';
import { diskContent, writeStock } from './disk-content';
import type { Boot, Disk, Machine } from './machine';
import type { ServerNetwork } from './server-network';

/** What a machine gets from whoever makes machines. */
export interface LabMachineParts {
  /** Of the server. */
  readonly name: string;
  /** For what is its own; it is there. */
  readonly directory: string;
  readonly diskBytes: number;
  readonly network: ServerNetwork;
  /** Where an address is while nobody has it. */
  addressNetwork(address: string): ServerNetwork;
  /** A path for a copy of a disk. */
  newDisk(): string;
  removed(): void;
}

/**
 * A server that is one host of the lab after another: from its disk, and the rescue system. What a host from the disk
 * changes stays on that host, and is not on the disk: a copy of it is what was written there.
 */
export class LabMachine implements Machine {
  private running?: LabHost;
  /** From the disk; undefined when the disk was written since. */
  private own?: LabHost;
  private addressFrom?: ServerNetwork;
  private hostCount = 0;

  constructor(
    private readonly lab: Lab,
    private readonly options: Pick<HostOptions, 'shape' | 'storeMib'>,
    private readonly parts: LabMachineParts,
  ) {}

  get host(): LabHost | undefined {
    return this.running;
  }

  get network(): ServerNetwork {
    return this.parts.network;
  }

  get wentOff(): boolean {
    return this.running?.isOff ?? false;
  }

  async on({ rescue, authorizedKeys, metadata }: Boot): Promise<void> {
    await this.network.tell(metadata);
    const keys = path.join(this.parts.directory, 'authorized_keys');
    writeFileSync(keys, authorizedKeys.map((key) => `${key}\n`).join(''));
    if (rescue) {
      await this.forgetOwn();
      this.running = await this.make({ shape: 'plain' }, { hostName: 'rescue', authorizedKeys: keys, sda: this.sda });
    } else {
      this.own ??= await this.fromDisk(keys);
      this.running = this.own;
    }
    this.running?.moveTo(this.network.address);
    // A cloud does not wait for what a server makes of its boot.
    void this.running?.boot().catch(() => undefined);
  }

  async off(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    await (running === this.own ? running?.powerCut() : running?.remove());
  }

  async write({ stock, file }: Disk): Promise<void> {
    await this.forgetOwn();
    if (file !== undefined) await copySparse(file, this.sda);
    else writeStock(this.sda, stock ?? 'nothing');
    truncateSync(this.sda, this.parts.diskBytes);
  }

  async read(): Promise<Disk> {
    const file = this.parts.newDisk();
    await copySparse(this.sda, file);
    return { file };
  }

  async addresses([address]: readonly string[]): Promise<void> {
    const { network } = this;
    if (this.addressFrom !== undefined) await network.moveAddressTo(this.addressFrom);
    this.addressFrom = address === undefined ? undefined : this.parts.addressNetwork(address);
    await this.addressFrom?.moveAddressTo(network);
  }

  async remove(): Promise<void> {
    await this.off();
    await this.forgetOwn();
    await this.addresses([]);
    await this.network.remove();
    rmSync(this.parts.directory, { recursive: true });
    this.parts.removed();
  }

  private get sda(): string {
    return path.join(this.parts.directory, 'sda');
  }

  /** The host that firmware finds on the disk. */
  private async fromDisk(authorizedKeys: string): Promise<LabHost | undefined> {
    const content = diskContent(this.sda);
    if (content === 'nothing') return undefined;
    if (content === 'image') return this.make(this.options, { image: this.sda });
    return this.make({ shape: 'plain' }, { authorizedKeys });
  }

  private make(options: Pick<HostOptions, 'shape' | 'storeMib'>, parts: HostParts): Promise<LabHost> {
    this.hostCount += 1;
    const name = `${path.basename(this.parts.directory)}-${this.hostCount}`;
    const network = this.network.directory;
    return LabHost.create(this.lab.keeper, this.lab.directory, name, options, {
      hostName: this.parts.name,
      ...parts,
      network,
    });
  }

  private async forgetOwn(): Promise<void> {
    await this.own?.remove();
    this.own = undefined;
  }
}

/** A copy of a file that stays sparse. */
async function copySparse(from: string, to: string): Promise<void> {
  await mustRun('cp', ['--sparse=always', '--', from, to]);
}
