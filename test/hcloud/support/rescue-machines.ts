import type { Lab, LabHost } from '../../../lab';
import type { Boot, Disk, Machine, MachineOptions, Machines } from '../../../lab/hcloud/machines/machine';

/** Servers whose rescue system is a lab host. What is on a disk is told by its digest. */
export class RescueMachines implements Machines {
  private readonly hosts = new Map<string, LabHost>();

  constructor(private readonly lab: Lab) {}

  async takeAddress(): Promise<string> {
    const host = await this.lab.host({ shape: 'plain' });
    this.hosts.set(host.address, host);
    return host.address;
  }

  async releaseAddress(address: string): Promise<void> {
    await this.hosts.get(address)?.powerCut();
  }

  async machine(options: MachineOptions): Promise<Machine> {
    return new RescueMachine(options, this.hosts);
  }

  async forget(): Promise<void> {}
}

class RescueMachine implements Machine {
  private host: LabHost | undefined;
  private content: string;

  constructor(
    private readonly options: MachineOptions,
    private readonly hosts: ReadonlyMap<string, LabHost>,
  ) {
    this.content = options.disk.file ?? options.disk.stock ?? '';
  }

  async on({ authorizedKeys, rescue }: Boot): Promise<void> {
    if (this.host === undefined || !rescue) return;
    const size = this.options.diskSize * 1e9;
    const keys = authorizedKeys.join('\n');
    await this.host.exec(`truncate -s ${size} /root/sda; ln -sf /root/sda /dev/sda; cat >/lab/login.pub`, `${keys}\n`);
  }

  async off(): Promise<void> {
    const digest = await this.host?.exec('head -c 100000000 /dev/sda | sha256sum | cut -c -64');
    this.content = digest?.stdout.trim() ?? this.content;
  }

  async write({ file }: Disk): Promise<void> {
    this.content = file ?? '';
  }

  async read(): Promise<Disk> {
    return { file: this.content };
  }

  async addresses(addresses: readonly string[]): Promise<void> {
    this.host = this.hosts.get(addresses[0] ?? '');
  }

  async remove(): Promise<void> {}
}
