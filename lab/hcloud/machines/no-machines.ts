import type { Disk, Machine, MachineOptions, Machines } from './machine';

/** Blocks of addresses for documentation (RFC 5737): nothing answers there. */
const BLOCKS = ['203.0.113', '198.51.100', '192.0.2'];

/** Servers that exist in the API only. */
export class NoMachines implements Machines {
  private readonly taken = new Set<string>();

  async takeAddress(): Promise<string> {
    const all = BLOCKS.flatMap((block) => Array.from({ length: 254 }, (_, index) => `${block}.${index + 1}`));
    const free = all.find((address) => !this.taken.has(address));
    if (free === undefined) throw new Error('all addresses for documentation are taken');
    this.taken.add(free);
    return free;
  }

  async releaseAddress(address: string): Promise<void> {
    this.taken.delete(address);
  }

  async machine(options: MachineOptions): Promise<Machine> {
    return new NoMachine(options.disk);
  }

  async forget(): Promise<void> {}
}

class NoMachine implements Machine {
  constructor(private disk: Disk) {}

  async on(): Promise<void> {}

  async off(): Promise<void> {}

  async write(disk: Disk): Promise<void> {
    this.disk = disk;
  }

  async read(): Promise<Disk> {
    return this.disk;
  }

  async addresses(): Promise<void> {}

  async remove(): Promise<void> {}
}
