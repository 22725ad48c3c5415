import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { mustRun, run, type CommandResult } from './command';
import type { Keeper } from './keeper';
import { initBelow, reachable, until } from './wait';

export type Shape = 'plain' | 'systemd' | 'nixos';

export interface LabHostOptions {
  /** Host name. @default - host1, host2, ... */
  readonly name?: string;
  /** Debian without an init system, Debian with systemd as PID 1, or systemd in a tree that looks like NixOS. */
  readonly shape: Shape;
  /** Who logs in: root, or an ordinary user who may use sudo without a password. @default 'root' */
  readonly login?: 'root' | 'sudo';
  /** Everyone's login shell. @default 'sh' */
  readonly shell?: 'sh' | 'fish';
  /** Size of the disk under /nix, in MiB. @default 512 */
  readonly storeMib?: number;
}

const PORT = 22;
const BOOT_SECONDS = 30;

/** A host of a lab. Its disk and store outlive a power cut, its processes and /run do not. */
export class LabHost {
  /** @internal */
  static async create(keeper: Keeper, lab: string, fallback: string, options: LabHostOptions): Promise<LabHost> {
    const name = options.name ?? fallback;
    if (!/^[a-z][a-z0-9-]{0,62}$/.test(name)) {
      throw new Error(`host name: got ${JSON.stringify(name)}, expected lower-case letters, digits and "-"`);
    }
    const directory = path.join(lab, 'hosts', name);
    const environment = {
      LAB_DIR: lab,
      HOST_DIR: directory,
      HOST_NAME: name,
      HOST_SHAPE: options.shape,
      HOST_SHELL: options.shell ?? 'sh',
      HOST_STORE_MIB: String(options.storeMib ?? 512),
      HOST_CGROUP: `${path.basename(lab)}/${name}`,
      SWITCH_TO_CONFIGURATION: process.env.SWITCH_TO_CONFIGURATION ?? '',
    };
    const address = await keeper.run('create-host.sh', environment);
    return new LabHost(keeper, environment, name, options, address);
  }

  readonly shape: Shape;
  readonly port = PORT;
  readonly user: string;
  /** Private key that may log in. */
  readonly identityFile: string;
  /** Public host key, as `HostKeys.pinned` takes it. */
  readonly hostKey: string;

  private power?: ChildProcess;
  private init?: number;

  private constructor(
    private readonly keeper: Keeper,
    private readonly environment: {
      readonly HOST_DIR: string;
      readonly LAB_DIR: string;
      readonly [name: string]: string;
    },
    readonly name: string,
    options: LabHostOptions,
    readonly address: string,
  ) {
    this.shape = options.shape;
    this.user = options.login === 'sudo' ? 'deployer' : 'root';
    this.identityFile = path.join(environment.LAB_DIR, 'login');
    this.hostKey = this.readDisk('/etc/ssh/ssh_host_ed25519_key.pub').split(' ').slice(0, 2).join(' ');
  }

  /** Runs a script as root inside the host, without ssh: no login is counted. PATH has all programs of the machine. */
  async exec(script: string): Promise<CommandResult> {
    const [program, ...args] = this.enter(script);
    return run(program!, args);
  }

  /** Like `exec`, for scripts that must succeed: returns what they printed, without the last line break. */
  async read(script: string): Promise<string> {
    const [program, ...args] = this.enter(script);
    return (await mustRun(program!, args)).trimEnd();
  }

  /** How often someone has logged in over ssh since the host was made. */
  async logins(): Promise<number> {
    return this.readDisk('/var/log/sshd.log')
      .split('\n')
      .filter((line) => line.includes('Accepted ')).length;
  }

  /** Gives the host its first system without ssh: copies the closure, makes it profile and boot default, and boots it. */
  async install(toplevel: string): Promise<void> {
    const closure = (await mustRun('nix-store', ['--query', '--requisites', toplevel])).trim().split('\n');
    const environment = { PATHS: closure.join(' '), INIT: String(this.init) };
    await mustRun('sh', [path.join(__dirname, 'copy-closure.sh')], { env: environment });
    await this.read(
      `touch /etc/NIXOS && nix-env -p /nix/var/nix/profiles/system --set ${toplevel} && printf '%s\\n' ${toplevel} >/boot/default`,
    );
    await this.powerCut();
    await this.boot();
  }

  /** Ends every process of the host at once, as a power cut would. */
  async powerCut(): Promise<void> {
    if (this.power === undefined) return;
    const off = once(this.power, 'close');
    process.kill(this.init!, 'SIGKILL');
    await off;
    this.power = undefined;
    this.init = undefined;
  }

  /** Turns the power on, and waits until the boot is over and sshd listens. */
  async boot(): Promise<void> {
    if (this.power !== undefined) throw new Error(`${this.name} is on already`);
    const power = this.keeper.start(
      'boot-host.sh',
      this.environment,
      path.join(this.environment.LAB_DIR, 'keeper.log'),
    );
    this.power = power;
    this.init = await until(`${this.name} has a PID 1`, BOOT_SECONDS, () => initBelow(power.pid, 2));
    await until(`${this.name} answers on port ${PORT}`, BOOT_SECONDS, () => reachable(this.address, PORT));
  }

  /** The running system's store path. */
  running(): Promise<string> {
    return this.read('readlink -f /run/current-system');
  }

  /** The store path of the system profile's current generation. */
  profile(): Promise<string> {
    return this.read('readlink -f /nix/var/nix/profiles/system');
  }

  /** The store path of the system that the next boot starts. */
  bootDefault(): Promise<string> {
    return this.read('cat /boot/default');
  }

  /** A file of the host's disk, read from outside. */
  private readDisk(file: string): string {
    return readFileSync(this.keeper.inside(path.join(this.environment.HOST_DIR, 'disk', file)), 'utf8');
  }

  private enter(script: string): string[] {
    if (this.init === undefined) throw new Error(`${this.name} is off`);
    const flags = ['--mount', '--uts', '--ipc', '--net', '--pid', ...(this.shape === 'plain' ? [] : ['--cgroup'])];
    return ['nsenter', '--target', String(this.init), ...flags, '--', ...LOGIN, '/bin/sh', '-c', script];
  }
}

const PATH = '/run/wrappers/bin:/run/current-system/sw/bin:/lab/sw/bin:/lab/usr/bin:/lab/usr/sbin';
const LOGIN = ['/usr/bin/env', '-i', `PATH=${PATH}`, 'HOME=/root'];
