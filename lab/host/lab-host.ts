import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { mustRun, run, type CommandResult } from '../command';
import { environmentOf, type HostEnvironment } from './host-environment';
import { HostNetwork } from './host-network';
import type { HostOptions, Shape } from './host-options';
import type { HostParts } from './host-parts';
import { HostPower } from './host-power';
import type { Keeper } from '../keeper/keeper';

const PORT = 22;
const HOST_KEY = '/etc/ssh/ssh_host_ed25519_key.pub';

/** A host of a lab. Its disk outlives a power cut, its processes and /run do not. */
export class LabHost {
  /** @internal */
  static async create(
    keeper: Keeper,
    lab: string,
    name: string,
    options: HostOptions,
    parts: HostParts = {},
  ): Promise<LabHost> {
    const environment = environmentOf(lab, name, options, parts);
    const address = await keeper.run(path.join(__dirname, 'create-host.sh'), environment);
    return new LabHost(keeper, environment, name, options, address);
  }

  readonly shape: Shape;
  /** Where its sshd listens. */
  readonly port = PORT;
  /** Who logs in. */
  readonly user: string;
  /** Private key that may log in, as long as the host's system trusts the lab. */
  readonly identityFile: string;
  readonly network: HostNetwork;

  /**
   * The public host key that it was made with, as `HostKeys.pinned` takes it. A host from an image makes one when it boots:
   * that is read when it is asked for.
   */
  get hostKey(): string {
    return this.firstKey ?? this.readHostKey();
  }

  /** Where it is reached; an empty text if nowhere. */
  get address(): string {
    return this.currentAddress;
  }

  /**
   * How often it has booted. Wait for the next boot by this, not by `exec`: a host that goes down waits for its processes.
   */
  get boots(): number {
    return this.power.boots;
  }

  private readonly power: HostPower;
  private readonly firstKey?: string;

  private constructor(
    private readonly keeper: Keeper,
    private readonly environment: HostEnvironment,
    readonly name: string,
    options: HostOptions,
    private currentAddress: string,
  ) {
    this.shape = options.shape;
    this.user = options.login === 'sudo' ? 'deployer' : 'root';
    this.identityFile = path.join(environment.LAB_DIR, 'login');
    if (existsSync(this.onDisk(HOST_KEY))) this.firstKey = this.readHostKey();
    this.power = new HostPower(keeper, environment, this);
    this.network = new HostNetwork(this, readFileSync(path.join(environment.HOST_DIR, 'link'), 'utf8').trim());
  }

  /**
   * Runs a script as root inside the host, without ssh: no login is counted. PATH has all programs of the machine.
   *
   * @param input what the script reads
   */
  async exec(script: string, input = ''): Promise<CommandResult> {
    const [program, ...args] = await this.power.inside('/bin/sh', '-c', script);
    return run(program!, args, { input });
  }

  /** Like `exec`, for scripts that must succeed: returns their stdout without the last line break. */
  async read(script: string): Promise<string> {
    const [program, ...args] = await this.power.inside('/bin/sh', '-c', script);
    return (await mustRun(program!, args)).trimEnd();
  }

  /** Whether it is off: cut, or turned off from inside. */
  get isOff(): boolean {
    return this.power.isOff;
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
    const script = path.join(__dirname, 'copy-closure.sh');
    await mustRun('sh', [script], { env: { INIT: String(await this.power.pid()) }, input: closure });
  }

  /** Ends every process of the host at once. A disk of kind ext4 loses unsynced data. */
  powerCut(): Promise<void> {
    return this.power.cut();
  }

  /** Turns the power on, and waits until the boot is over and sshd listens. */
  boot(): Promise<void> {
    return this.power.boot();
  }

  /** Kills one process by the PID that it has inside the host. @param signal without "SIG" */
  async kill(pid: number, signal = 'KILL'): Promise<void> {
    await this.read(`kill -${signal} ${pid}`);
  }

  /** PIDs, inside the host, of processes whose command line matches an extended regular expression. */
  async processes(pattern: string): Promise<number[]> {
    const [program, ...args] = await this.power.inside('pgrep', '-f', '--', pattern);
    return (await run(program!, args)).stdout
      .split('\n')
      .filter((line) => line !== '')
      .map(Number);
  }

  /** Cuts the network between this machine and the host silently; more faults: `network`. */
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

  /** Deletes all unreferenced paths from the host's own store. */
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

  /** The store path of the tree that /etc shows: equal to that of `<system>/etc` when /etc is the system's. */
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
    return readFileSync(this.onDisk(file), 'utf8');
  }

  /** @internal Its network has another address now. @param address with its prefix; empty if it has none */
  moveTo(address: string): void {
    this.currentAddress = address.replace(/\/.*/, '');
    writeFileSync(this.onDisk('/lab/address'), address === '' ? '' : `${address}\n`);
  }

  /** @internal Removes it from the lab. */
  async remove(): Promise<void> {
    await this.powerCut();
    await this.keeper.run(path.join(__dirname, 'remove-host.sh'), this.environment);
  }

  private onDisk(file: string): string {
    return this.keeper.inside(path.join(this.environment.HOST_DIR, 'disk', file));
  }

  private readHostKey(): string {
    return this.readDisk(HOST_KEY).split(' ').slice(0, 2).join(' ');
  }
}
