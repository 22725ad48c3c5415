import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { run } from '../command';
import type { HostEnvironment } from './host-environment';
import type { Shape } from './host-options';
import type { Keeper } from '../keeper/keeper';
import { initBelow, reachable, until } from '../wait';

const BOOT_SECONDS = 30;
const BOOT_HOST = path.join(__dirname, 'boot-host.sh');
const DISK = path.join(__dirname, 'disk.sh');

/** The environment of `inside`: all programs, unlike a login's. */
const PATH = '/run/wrappers/bin:/run/current-system/sw/bin:/lab/sw/bin:/lab/usr/bin:/lab/usr/sbin';
const ENVIRONMENT = ['/usr/bin/env', '-i', `PATH=${PATH}`, 'HOME=/root'];

/** A host between two power cuts: its PID 1 and what lives below it. */
export class HostPower {
  private bootCount = 0;
  private power?: ChildProcess;
  private init?: number;
  private booting?: Promise<void>;

  constructor(
    private readonly keeper: Keeper,
    private readonly environment: HostEnvironment,
    private readonly host: {
      readonly name: string;
      readonly shape: Shape;
      readonly address: string;
      readonly port: number;
    },
  ) {}

  /** How often the host has booted. */
  get boots(): number {
    return this.bootCount;
  }

  /** Whether it was turned off, or never on. */
  get isOff(): boolean {
    return this.power === undefined;
  }

  /** Turns the power on, and waits until the boot is over and sshd listens. */
  boot(): Promise<void> {
    if (this.power !== undefined) throw new Error(`${this.host.name} is on already`);
    this.booting = this.start().finally(() => (this.booting = undefined));
    return this.booting;
  }

  /** Ends every process of the host at once. A disk of kind ext4 loses unsynced data. */
  async cut(): Promise<void> {
    await this.booting?.catch(() => undefined);
    if (this.power === undefined) return;
    const { power, init } = this;
    this.power = undefined;
    this.init = undefined;
    const real = this.environment.HOST_DISK === 'ext4';
    if (real) await this.keeper.run(DISK, this.environment, 'stop');
    const off = once(power, 'close');
    process.kill(init!, 'SIGKILL');
    await off;
    if (real) await this.keeper.run(DISK, this.environment, 'insert');
  }

  /** The process that is PID 1 of the host, once it has booted. */
  async pid(): Promise<number> {
    await this.booting;
    if (this.init === undefined) throw new Error(`${this.host.name} is off`);
    return this.init;
  }

  /** The argv that runs a program as root inside the host, once it has booted. */
  async inside(...argv: string[]): Promise<string[]> {
    return this.enter(await this.pid(), argv);
  }

  private enter(init: number, argv: readonly string[]): string[] {
    const flags = ['--mount', '--uts', '--ipc', '--net', '--pid', ...(this.host.shape === 'plain' ? [] : ['--cgroup'])];
    return ['nsenter', '--target', String(init), ...flags, '--', ...ENVIRONMENT, ...argv];
  }

  private async start(): Promise<void> {
    const { name, shape, address, port } = this.host;
    const power = this.keeper.start(BOOT_HOST, this.environment, this.log);
    this.power = power;
    power.once('close', (_code, signal) => this.off(power, signal));
    const hasInit = () => this.powered(power) && initBelow(power.pid, 2);
    const init = await until(`${name} has a PID 1`, BOOT_SECONDS, hasInit);
    this.init = init;
    // A host without an address is reached by nobody.
    const answers = () => this.powered(power) && (address === '' || reachable(address, port));
    await until(`${name} answers on port ${port}`, BOOT_SECONDS, answers);
    if (shape !== 'plain') await until(`${name} has booted`, BOOT_SECONDS, () => this.booted(init));
    this.bootCount += 1;
  }

  private powered(power: ChildProcess): true {
    if (this.power === power) return true;
    const said = readFileSync(this.log, 'utf8').trim().split('\n').at(-1);
    throw new Error(`${this.host.name} went off while it booted: ${said}`);
  }

  private async booted(init: number): Promise<boolean> {
    const [program, ...args] = this.enter(init, ['systemctl', 'is-system-running']);
    return !/^(initializing|starting|offline|unknown)/.test((await run(program!, args)).stdout);
  }

  /** The host turned itself off, or restarts: the kernel shows it by the signal that ends PID 1 (reboot(2)). */
  private off(power: ChildProcess, signal: string | null): void {
    if (this.power !== power) return;
    this.power = undefined;
    this.init = undefined;
    if (signal === 'SIGHUP') this.boot().catch(() => undefined);
  }

  private get log(): string {
    return path.join(this.environment.LAB_DIR, 'keeper.log');
  }
}
