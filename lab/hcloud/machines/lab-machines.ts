import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { LabHost } from '../../host/lab-host';
import type { HostOptions } from '../../host/host-options';
import type { Lab } from '../../lab';
import { LabMachine } from './lab-machine';
import type { Disk, Machine, MachineOptions, Machines } from './machine';
import { ServerNetwork } from './server-network';

/** Hosts that boot from an image. */
export type ServerHostOptions = Pick<HostOptions, 'shape' | 'storeMib'>;

/** Somebody else at the address of a server. */
export interface Stranger {
  readonly host: LabHost;
  /** The server has its address again. */
  leave(): Promise<void>;
}

/** Servers that are hosts of a lab, and end with it. */
export class LabMachines implements Machines {
  private readonly addresses = new Map<string, ServerNetwork>();
  private readonly machines = new Map<string, LabMachine>();
  private count = 0;

  /** @param hosts what hosts are like that boot from an image. @default - systemd */
  constructor(
    private readonly lab: Lab,
    private readonly hosts: ServerHostOptions = { shape: 'systemd' },
  ) {}

  /**
   * What runs on the server of this name now: its own system, a distribution of the cloud, or the rescue system.
   *
   * @returns undefined while it is off, or if nothing on its disk boots
   */
  host(server: string): LabHost | undefined {
    return this.machines.get(server)?.host;
  }

  /**
   * Lets somebody else answer at the address of a server: a plain host with a key of its own, who lets in the lab's key.
   * The server itself goes on, and nobody reaches it.
   */
  async stranger(server: string): Promise<Stranger> {
    const machine = this.machines.get(server);
    if (machine === undefined) throw new Error(`there is no server ${server}`);
    const network = await ServerNetwork.make(this.lab.keeper, this.directory('hosts', 'network-stranger'));
    await machine.network.moveAddressTo(network);
    const name = path.basename(this.directory('hosts', 'stranger'));
    const parts = { network: network.directory };
    const host = await LabHost.create(this.lab.keeper, this.lab.directory, name, { shape: 'plain' }, parts);
    await host.boot();
    const leave = async () => {
      await host.remove();
      await network.moveAddressTo(machine.network);
      await network.remove();
    };
    return { host, leave };
  }

  async takeAddress(): Promise<string> {
    const network = await ServerNetwork.take(this.lab.keeper, this.directory('hosts', 'address'));
    const address = network.address.replace(/\/.*/, '');
    this.addresses.set(address, network);
    return address;
  }

  async releaseAddress(address: string): Promise<void> {
    await this.addresses.get(address)!.remove();
    this.addresses.delete(address);
  }

  async machine({ id, name, diskSize, disk }: MachineOptions): Promise<Machine> {
    const { keeper } = this.lab;
    const network = await ServerNetwork.make(keeper, this.directory('hosts', `network-${id}`));
    const machine = new LabMachine(this.lab, this.hosts, {
      name,
      directory: this.directory('servers', `server-${id}`, true),
      diskBytes: diskSize * 1024 ** 3,
      network,
      addressNetwork: (address) => this.addresses.get(address)!,
      newDisk: () => this.directory('disks', 'disk'),
      removed: () => void this.machines.delete(name),
    });
    await machine.write(disk);
    this.machines.set(name, machine);
    return machine;
  }

  async forget({ file }: Disk): Promise<void> {
    if (file !== undefined) rmSync(file, { force: true });
  }

  /** A path below the lab's directory that nobody has yet. */
  private directory(folder: string, prefix: string, make = false): string {
    const parent = path.join(this.lab.directory, folder);
    this.count += 1;
    const directory = path.join(parent, `${prefix}-${this.count}`);
    mkdirSync(make ? directory : parent, { recursive: true });
    return directory;
  }
}
