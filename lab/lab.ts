import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { labUnavailable } from './availability';
import { mustRun, run } from './command';
import { Keeper } from './keeper/keeper';
import type { HostOptions } from './host/host-options';
import { LabHost } from './host/lab-host';
import { Lxd } from './lxd/lxd';

const PREFIX = 'cdktf-nixos-lab-';

/** Throw-away hosts, reachable by their addresses from this machine and from nowhere else. */
export class Lab {
  /** Starts a lab without hosts. It ends with `destroy`, or with this process, even if that is killed. */
  static async create(): Promise<Lab> {
    if (labUnavailable !== undefined) throw new Error(labUnavailable);
    await run('sh', [path.join(__dirname, 'keeper', 'sweep.sh')], { env: { LABS: path.join(tmpdir(), PREFIX) } });
    const directory = mkdtempSync(path.join(tmpdir(), PREFIX));
    mkdirSync(path.join(directory, 'hosts'));
    const identity = path.join(directory, 'login');
    await mustRun('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'lab', '-f', identity]);
    return new Lab(directory, await Keeper.start(directory, path.basename(directory)));
  }

  private readonly names = new Set<string>();

  private constructor(
    /** Holds the login key and one directory for each host; gone after `destroy`. */
    readonly directory: string,
    /** @internal */
    readonly keeper: Keeper,
  ) {}

  /** The process that the lab ends with. */
  get keeperPid(): number {
    return this.keeper.pid;
  }

  /** Makes a host and boots it: `ssh` works when this returns. */
  async host(options: HostOptions): Promise<LabHost> {
    const name = options.name ?? `host${this.names.size + 1}`;
    if (!/^[a-z][a-z0-9-]{0,62}$/.test(name) || this.names.has(name)) {
      throw new Error(
        `host name: got ${JSON.stringify(name)}, expected a new one of lower-case letters, digits and "-"`,
      );
    }
    this.names.add(name);
    const host = await LabHost.create(this.keeper, this.directory, name, options);
    await host.boot();
    return host;
  }

  /** Starts an LXD of the lab's own. @throws when it cannot: see `lxdUnavailable` */
  lxd(): Promise<Lxd> {
    return Lxd.start(this.keeper, this.directory);
  }

  /** Ends all hosts and removes everything that the lab made. */
  async destroy(): Promise<void> {
    await this.keeper.stop();
  }
}
