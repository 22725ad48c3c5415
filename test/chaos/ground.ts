import { Lab, type LabHost, type Shape } from '../../lab';
import type { EventName } from './all-events';
import type { ChaosSystems } from './systems';

/** What a worker has: its lab, and hosts that are used again as long as nothing went wrong on them. */
export class Ground {
  static async create(systems: ChaosSystems): Promise<Ground> {
    return new Ground(await Lab.create(), systems);
  }

  private readonly hosts = new Map<string, LabHost>();

  private constructor(
    private readonly lab: Lab,
    private readonly systems: ChaosSystems,
  ) {}

  /** A host that nothing is wrong with. */
  async host(shape: Shape, event: EventName): Promise<LabHost> {
    // Only a power cut needs a disk that forgets; and only disks in memory can be full one by one.
    const disk = event === 'power' ? 'ext4' : 'memory';
    const kind = `${shape} ${disk}`;
    const known = this.hosts.get(kind);
    if (known !== undefined) {
      await known.read(TIDY);
      return known;
    }
    const host = await this.lab.host({ shape, disk, ...(disk === 'memory' && { stateMib: 16 }) });
    await host.install(this.systems.first);
    this.hosts.set(kind, host);
    return host;
  }

  /** Not to be used again: something went wrong on it. */
  async drop(host: LabHost): Promise<void> {
    for (const [kind, known] of this.hosts) if (known === host) this.hosts.delete(kind);
    await host.powerCut();
  }

  end(): Promise<void> {
    return this.lab.destroy();
  }
}

/**
 * What a host has after some deployments: connections that it cannot know to be dead, older generations with their store
 * paths. And what an event did to its network.
 */
const TIDY = `
  iptables -t raw -F
  for pid in $(pgrep -f '^sshd(-session)?: [a-z]+( |@)'); do kill -KILL "$pid"; done
  nix-env --profile /nix/var/nix/profiles/system --delete-generations old
  nix-store --gc >/dev/null 2>&1`;
