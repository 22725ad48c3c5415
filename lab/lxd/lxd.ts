import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { mustRun, run } from '../command';
import type { Keeper } from '../keeper/keeper';
import { until } from '../wait';
import { environment } from '../../scripts/setup/environment.mjs';

const START_SECONDS = 60;
const PATH = '/run/current-system/sw/bin:/lab/sw/bin';

/**
 * What a new container has, unless its maker says otherwise: a disk, the programs of this machine where the stand-in
 * for NixOS looks for them, and its own boot program.
 */
const SETTINGS = {
  storage_pools: [{ name: 'default', driver: 'dir' }],
  profiles: [
    {
      name: 'default',
      devices: {
        root: { type: 'disk', path: '/', pool: 'default' },
        programs: { type: 'disk', source: '/usr', path: '/usr', readonly: 'true' },
      },
      config: { 'raw.lxc': 'lxc.init.cmd = /bin/sh /lab/boot\nlxc.cgroup.relative = 1' },
    },
  ],
};

/**
 * An LXD in a lab. It ends with the lab, and so do its containers. They are reached by what their maker forwards to them,
 * and reach nothing.
 */
export class Lxd {
  /** Starts the daemon; it serves its client when this returns. @param lab the lab's directory */
  static async start(keeper: Keeper, lab: string): Promise<Lxd> {
    const lxd = new Lxd(lab);
    const variables = { LXD_DIRECTORY: lxd.directory, LAB_CGROUP: path.basename(lab) };
    const log = path.join(lab, 'keeper.log');
    const daemon = keeper.start(path.join(__dirname, 'start-lxd.sh'), variables, log);
    await until('LXD serves its client', START_SECONDS, async () => {
      if (daemon.exitCode !== null) throw new Error(`LXD ended with ${daemon.exitCode}: see ${log}`);
      return (await run('lxc', ['query', '/1.0'], { env: lxd.environment })).exitCode === 0;
    });
    await mustRun('lxd', ['init', '--preseed'], { env: lxd.environment, input: JSON.stringify(SETTINGS) });
    return lxd;
  }

  /** By these variables the client `lxc` finds this LXD. */
  readonly environment: { readonly [name: string]: string };
  private readonly directory: string;

  private constructor(private readonly lab: string) {
    this.directory = path.join(lab, 'lxd');
    this.environment = { LXD_SOCKET: path.join(this.directory, 'unix.socket'), HOME: lab };
  }

  /** Makes an image of a system of the stand-in distribution. The lab's login key may log in to its containers. */
  async importImage(alias: string, toplevel: string): Promise<void> {
    const work = path.join(this.lab, `image-${alias}`);
    mkdirSync(work);
    const login = path.join(this.lab, 'login.pub');
    const variables = { SYSTEM: toplevel, LOGIN_KEY: login, WORK: work, ALIAS: alias };
    const script = path.join(__dirname, 'make-image.sh');
    await mustRun('sh', [script], { env: { ...environment(), ...this.environment, ...variables } });
    rmSync(work, { recursive: true });
  }

  /** Runs a script as root inside a container, without ssh. @returns its stdout without the last line break */
  async read(container: string, script: string): Promise<string> {
    return (await this.lxc('exec', container, '--env', `PATH=${PATH}`, '--', '/bin/sh', '-c', script)).trimEnd();
  }

  /** The names of all containers. */
  async containers(): Promise<string[]> {
    const listed = await this.lxc('list', '--format', 'csv', '--columns', 'n');
    return listed.split('\n').filter((name) => name !== '');
  }

  /** Runs the client. @returns its stdout */
  lxc(...args: string[]): Promise<string> {
    return mustRun('lxc', args, { env: this.environment });
  }
}
