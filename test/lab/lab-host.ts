import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { mustRun, run, type CommandResult } from './command';
import { HostNetwork } from './host-network';
import type { HostOptions, Shape } from './host-options';
import type { Keeper } from './keeper';
import { initBelow, reachable, until } from './wait';

const PORT = 22;
const BOOT_SECONDS = 30;

/** The environment of `exec`: all programs, unlike a login's. */
const PATH = '/run/wrappers/bin:/run/current-system/sw/bin:/lab/sw/bin:/lab/usr/bin:/lab/usr/sbin';
const ENVIRONMENT = ['/usr/bin/env', '-i', `PATH=${PATH}`, 'HOME=/root'];

/** How the scripts of the lab know a host. */
interface HostEnvironment {
  readonly LAB_DIR: string;
  readonly HOST_DIR: string;
  readonly HOST_DISK: string;
  readonly [name: string]: string;
}

/** A host of a lab. Its disk outlives a power cut, its processes and /run do not. */
export class LabHost {
  /** @internal */
  static async create(keeper: Keeper, lab: string, name: string, options: HostOptions): Promise<LabHost> {
    const environment = {
      LAB_DIR: lab,
      HOST_DIR: path.join(lab, 'hosts', name),
      HOST_NAME: name,
      HOST_SHAPE: options.shape,
      HOST_SHELL: options.shell ?? 'sh',
      HOST_DISK: options.disk ?? 'memory',
      HOST_STORE_MIB: String(options.storeMib ?? 512),
      HOST_CGROUP: `${path.basename(lab)}/${name}`,
      SWITCH_TO_CONFIGURATION: process.env.SWITCH_TO_CONFIGURATION ?? '',
    };
    const address = await keeper.run('create-host.sh', environment);
    return new LabHost(keeper, environment, name, options, address);
  }

  readonly shape: Shape;
  /** Where its sshd listens. */
  readonly port = PORT;
  /** Who logs in. */
  readonly user: string;
  /** Private key that may log in, as long as the host's system trusts the lab. */
  readonly identityFile: string;
  /** Public host key, as `HostKeys.pinned` takes it. */
  readonly hostKey: string;
  readonly network: HostNetwork;

  /**
   * How often it has booted. Wait for the next boot by this, not by `exec`: a host that goes down waits for its processes.
   */
  get boots(): number {
    return this.bootCount;
  }

  private bootCount = 0;
  private power?: ChildProcess;
  private init?: number;
  private booting?: Promise<void>;

  private constructor(
    private readonly keeper: Keeper,
    private readonly environment: HostEnvironment,
    readonly name: string,
    options: HostOptions,
    readonly address: string,
  ) {
    this.shape = options.shape;
    this.user = options.login === 'sudo' ? 'deployer' : 'root';
    this.identityFile = path.join(environment.LAB_DIR, 'login');
    this.hostKey = this.readDisk('/etc/ssh/ssh_host_ed25519_key.pub').split(' ').slice(0, 2).join(' ');
    this.network = new HostNetwork(this, readFileSync(path.join(environment.HOST_DIR, 'link'), 'utf8').trim());
  }

  /** Runs a script as root inside the host, without ssh: no login is counted. PATH has all programs of the machine. */
  async exec(script: string): Promise<CommandResult> {
    const [program, ...args] = await this.enter('/bin/sh', '-c', script);
    return run(program!, args);
  }

  /** Like `exec`, for scripts that must succeed: returns what they printed, without the last line break. */
  async read(script: string): Promise<string> {
    const [program, ...args] = await this.enter('/bin/sh', '-c', script);
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
    await this.copyClosure(toplevel);
    await this.read(
      `touch /etc/NIXOS
       nix-env -p /nix/var/nix/profiles/system --set ${toplevel} && printf '%s\\n' ${toplevel} >/boot/default && sync -f / /boot /nix`,
    );
    await this.powerCut();
    await this.boot();
  }

  /** Copies store paths of the machine, with all they need, into the host's store, without ssh. */
  async copyClosure(...storePaths: string[]): Promise<void> {
    const closure = await mustRun('nix-store', ['--query', '--requisites', ...storePaths]);
    await this.on();
    const script = path.join(__dirname, 'copy-closure.sh');
    await mustRun('sh', [script], { env: { INIT: String(this.init) }, input: closure });
  }

  /** Ends every process of the host at once. With a disk of kind ext4, what was not synced is lost. */
  async powerCut(): Promise<void> {
    await this.booting?.catch(() => undefined);
    if (this.power === undefined) return;
    const { power, init } = this;
    this.power = undefined;
    this.init = undefined;
    const real = this.environment.HOST_DISK === 'ext4';
    if (real) await this.keeper.run('disk.sh', this.environment, 'stop');
    const off = once(power, 'close');
    process.kill(init!, 'SIGKILL');
    await off;
    if (real) await this.keeper.run('disk.sh', this.environment, 'insert');
  }

  /** Turns the power on, and waits until the boot is over and sshd listens. */
  boot(): Promise<void> {
    if (this.power !== undefined) throw new Error(`${this.name} is on already`);
    this.booting = this.start().finally(() => (this.booting = undefined));
    return this.booting;
  }

  /** Kills one process by the PID that it has inside the host. @param signal without "SIG" */
  async kill(pid: number, signal = 'KILL'): Promise<void> {
    await this.read(`kill -${signal} ${pid}`);
  }

  /** PIDs, inside the host, of processes whose command line matches an extended regular expression. */
  async processes(pattern: string): Promise<number[]> {
    const [program, ...args] = await this.enter('pgrep', '-f', '--', pattern);
    return (await run(program!, args)).stdout
      .split('\n')
      .filter((line) => line !== '')
      .map(Number);
  }

  /** The network between this machine and the host is gone, without a word; more faults: `network`. */
  linkDown(): Promise<void> {
    return this.network.down();
  }

  linkUp(): Promise<void> {
    return this.network.unblock();
  }

  /** Fills the disk under /nix until so much is free. Undone by `emptyStore`. */
  async fillStore(freeMib: number): Promise<void> {
    await this.read(
      `free=$(df --output=avail --block-size=1M /nix | tail -n 1)
       fallocate -l $((free - ${freeMib}))M /nix/filler`,
    );
  }

  async emptyStore(): Promise<void> {
    await this.read('rm -f /nix/filler');
  }

  /** Deletes from the host's own store all that nothing refers to. */
  async collectGarbage(): Promise<void> {
    await this.read('nix-store --gc >/dev/null 2>&1');
  }

  /** The running system's store path. */
  running(): Promise<string> {
    return this.read('readlink -f /run/current-system');
  }

  /** The store path of the system profile's current generation. */
  profile(): Promise<string> {
    return this.read('readlink -f /nix/var/nix/profiles/system');
  }

  /** The number of the system profile's current generation. */
  async generation(): Promise<number> {
    return Number((await this.read('readlink /nix/var/nix/profiles/system')).split('-')[1]);
  }

  /** The store path of the system that the next boot starts. */
  bootDefault(): Promise<string> {
    return this.read('cat /boot/default');
  }

  /** The store path of the tree that /etc shows: equal to that of `<system>/etc` when /etc is as the system says. */
  etc(): Promise<string> {
    return this.read('readlink -f /etc/static');
  }

  /** Whether a unit of the running system is active, on hosts with and without systemd. */
  async unitActive(unit: string): Promise<boolean> {
    const ask = this.shape === 'plain' ? `[ -e /run/units/${unit}/active ]` : `systemctl is-active --quiet ${unit}`;
    return (await this.exec(ask)).exitCode === 0;
  }

  /** A hash of everything that must not change without a deploy: see tree-hash.sh. */
  treeHash(): Promise<string> {
    return this.read(readFileSync(path.join(__dirname, 'tree-hash.sh'), 'utf8'));
  }

  /** A file of the host's disk, read from outside; also while the power is off. */
  readDisk(file: string): string {
    return readFileSync(this.keeper.inside(path.join(this.environment.HOST_DIR, 'disk', file)), 'utf8');
  }

  private async start(): Promise<void> {
    const log = path.join(this.environment.LAB_DIR, 'keeper.log');
    const power = this.keeper.start('boot-host.sh', this.environment, log);
    this.power = power;
    power.once('close', (_code, signal) => this.off(power, signal));
    const hasInit = () => this.powered(power) && initBelow(power.pid, 2);
    this.init = await until(`${this.name} has a PID 1`, BOOT_SECONDS, hasInit);
    const answers = () => this.powered(power) && reachable(this.address, PORT);
    await until(`${this.name} answers on port ${PORT}`, BOOT_SECONDS, answers);
    if (this.shape !== 'plain') await until(`${this.name} has booted`, BOOT_SECONDS, () => this.booted());
    this.bootCount += 1;
  }

  private powered(power: ChildProcess): true {
    if (this.power === power) return true;
    const log = readFileSync(path.join(this.environment.LAB_DIR, 'keeper.log'), 'utf8').trim().split('\n').at(-1);
    throw new Error(`${this.name} went off while it booted: ${log}`);
  }

  private async booted(): Promise<boolean> {
    const [program, ...args] = this.namespaces('systemctl', 'is-system-running');
    return !/^(initializing|starting|offline|unknown)/.test((await run(program!, args)).stdout);
  }

  /** The host turned itself off, or restarts: the kernel says so by the signal that its PID 1 dies of (reboot(2)). */
  private off(power: ChildProcess, signal: string | null): void {
    if (this.power !== power) return;
    this.power = undefined;
    this.init = undefined;
    if (signal === 'SIGHUP') this.boot().catch(() => undefined);
  }

  private async enter(...argv: string[]): Promise<string[]> {
    await this.on();
    return this.namespaces(...argv);
  }

  private async on(): Promise<void> {
    await this.booting;
    if (this.init === undefined) throw new Error(`${this.name} is off`);
  }

  private namespaces(...argv: string[]): string[] {
    const flags = ['--mount', '--uts', '--ipc', '--net', '--pid', ...(this.shape === 'plain' ? [] : ['--cgroup'])];
    return ['nsenter', '--target', String(this.init), ...flags, '--', ...ENVIRONMENT, ...argv];
  }
}
