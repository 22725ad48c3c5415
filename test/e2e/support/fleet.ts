import type { LabHost } from '../../../lab';
import { Deployer, type DeployerOptions } from '../../../lab/deployer/deployer';

/** One machine of test/e2e/fleet's fleet.json. */
export interface FleetMachine {
  readonly stack: string;
  readonly host: string;
  readonly hostKey: string;
  readonly identity?: string;
  readonly ssh?: { readonly port?: number; readonly user?: string; readonly identityFile?: string };
  readonly after?: string;
  readonly policies?: { readonly [name: string]: unknown };
  readonly importFromDerivation?: boolean;
}

export type FleetMachines = { readonly [name: string]: FleetMachine };

/** Settings of a machine besides its host; the stack is `web` by default. */
export type FleetOverrides = Partial<FleetMachine>;

/** A deployer with the app of test/e2e/fleet, whose machines are lab hosts or addresses that nobody answers at. */
export class Fleet {
  /** The app with a machine for each given lab host; each machine's configuration is machines/<name>.nix. */
  static async forHosts(
    hosts: readonly LabHost[],
    overrides: (name: string) => FleetOverrides = () => ({}),
    options: Omit<DeployerOptions, 'app'> = {},
  ): Promise<Fleet> {
    const machines = hosts.map((host) => [host.name, { ...machineOf(host), ...overrides(host.name) }] as const);
    return Fleet.create(Object.fromEntries(machines), options);
  }

  /** The app with machines that are only evaluated and planned. */
  static async create(machines: FleetMachines, options: Omit<DeployerOptions, 'app'> = {}): Promise<Fleet> {
    const files = Object.keys(machines).map((name) => [`machines/${name}.nix`, moduleFor(name, 'version 1')] as const);
    const deployer = await Deployer.create({
      ...options,
      app: 'test/e2e/fleet',
      files: { ...Object.fromEntries(files), 'fleet.json': JSON.stringify(machines, null, 2) },
    });
    return new Fleet(deployer, machines);
  }

  private constructor(
    readonly deployer: Deployer,
    private machines: FleetMachines,
  ) {}

  /** Changes one machine in fleet.json. */
  async change(name: string, overrides: FleetOverrides): Promise<void> {
    this.machines = { ...this.machines, [name]: { ...this.machines[name], ...overrides } };
    await this.deployer.write('fleet.json', JSON.stringify(this.machines, null, 2));
  }

  /** Sets the greeting of one machine's configuration. @param more further options */
  async setGreeting(name: string, greeting: string, more?: string): Promise<void> {
    await this.deployer.write(`machines/${name}.nix`, moduleFor(name, greeting, more));
  }
}

/** An ordinary NixOS module with the machine's name, a line with its version, and further options. */
function moduleFor(name: string, greeting: string, more = ''): string {
  return `{
  networking.hostName = ${JSON.stringify(name)};
  environment.etc."greeting".text = ${JSON.stringify(`${greeting}\n`)};
  ${more}
}
`;
}

function machineOf(host: LabHost): FleetMachine {
  const { address, port, user, hostKey, identityFile } = host;
  return { stack: 'web', host: address, hostKey, ssh: { port, user, identityFile } };
}
