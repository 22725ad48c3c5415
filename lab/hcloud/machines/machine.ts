import type { Architecture } from '../catalog/server-types';

/** What is on a disk: a distribution of the cloud itself, or the bytes of a file. */
export interface Disk {
  /** The name of a distribution, such as `ubuntu-24.04`. */
  readonly stock?: string;
  /** A sparse file. */
  readonly file?: string;
}

/** What a server is told when it boots. */
export interface Boot {
  /** Public keys that may log in: to a distribution of the cloud, or to the rescue system. */
  readonly authorizedKeys: readonly string[];
  /** The rescue system, and not what is on the disk. */
  readonly rescue: boolean;
  readonly metadata: Metadata;
}

/** What the metadata service says inside a server. */
export interface Metadata {
  readonly instanceId: number;
  readonly hostname: string;
  readonly region: string;
  readonly availabilityZone: string;
  readonly publicIpv4: string | null;
  readonly publicKeys: readonly string[];
  readonly userData: string;
}

export interface MachineOptions {
  /** Unique among servers that exist. */
  readonly id: number;
  readonly name: string;
  /** In GB. */
  readonly diskSize: number;
  readonly architecture: Architecture;
  readonly disk: Disk;
}

/** What a server runs on. */
export interface Machine {
  /** Whether what runs on it has turned it off. @default false */
  readonly wentOff?: boolean;
  /** Turns the power on; resolves when the machine has begun to boot, whatever comes of that. */
  on(boot: Boot): Promise<void>;
  /** Cuts the power. */
  off(): Promise<void>;
  /** Replaces what is on the disk. The power is off. */
  write(disk: Disk): Promise<void>;
  /** A copy of what is on the disk. The power is off. */
  read(): Promise<Disk>;
  /** Moves addresses to the machine, in place of those that it has. */
  addresses(addresses: readonly string[]): Promise<void>;
  remove(): Promise<void>;
}

/** Where the machines of the servers come from. */
export interface Machines {
  /** A public IPv4 address that nobody else has. */
  takeAddress(): Promise<string>;
  releaseAddress(address: string): Promise<void>;
  machine(options: MachineOptions): Promise<Machine>;
  /** Forgets a copy of a disk. */
  forget(disk: Disk): Promise<void>;
}
