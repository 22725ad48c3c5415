import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { DeploymentJob } from '../../../lib/job/job';
import type { HostOptions, Lab, LabHost } from '../../../lab';
import { jobFor } from '../../../lab/deployer/host-job';
import { until } from '../../../lab/wait';
import { clientFilesDirectory } from './client-files';
import { type HostReport, reportOf } from './host-report';
import { Operator } from './operator';
import type { Run } from './run';
import type { TerraformProject } from './terraform-project';

/** How long a host may take for what it decides; short, for the systems here switch within a second or two. */
export interface Limits {
  readonly activationSeconds: number;
  readonly confirmSeconds: number;
  /** Between two proofs; 0 for one proof. */
  readonly settleSeconds: number;
}

/** More than any ordinary switch takes here. One proof, for speed: some faults are about the second. */
export const ORDINARY: Limits = { activationSeconds: 30, confirmSeconds: 20, settleSeconds: 0 };

/** The three systems of a fault: what runs before, what is deployed while it strikes, what is deployed next. */
export interface SceneSystems {
  readonly old: string;
  readonly wanted: string;
  readonly next: string;
}

export interface SceneOptions extends HostOptions {
  readonly systems: SceneSystems;
  readonly limits?: Partial<Limits>;
  /** What runs the client. @default 'client': it is started as Terraform does it */
  readonly by?: 'client' | 'terraform';
}

/** A host that runs the old system, and somebody who deploys to it. */
export class Scene {
  static async create(lab: Lab, options: SceneOptions): Promise<Scene> {
    const { shape, login, shell, storeMib, disk } = options;
    const host = await lab.host({ shape, login, shell, storeMib, disk });
    await host.install(options.systems.old);
    return Scene.on(host, options);
  }

  /** On a host that runs the old system already. */
  static async on(host: LabHost, options: Omit<SceneOptions, keyof HostOptions>): Promise<Scene> {
    const scene = new Scene(host, await Operator.create(), options);
    if (options.by === 'terraform') await scene.useTerraform();
    return scene;
  }

  readonly systems: SceneSystems;
  readonly limits: Limits;
  /** The host before anything was deployed to it. */
  before!: HostReport;
  private terraform?: TerraformProject;

  private constructor(
    readonly host: LabHost,
    readonly operator: Operator,
    options: Omit<SceneOptions, keyof HostOptions>,
  ) {
    this.systems = options.systems;
    this.limits = { ...ORDINARY, ...options.limits };
  }

  /** Looks at the host as it is before the deployment. */
  async lookBefore(): Promise<void> {
    this.before = await reportOf(this.host);
  }

  /** From now on Terraform runs the client. */
  async deployBy(project: TerraformProject): Promise<void> {
    this.terraform = project;
    await project.initialize(this.systems.old, this.limits);
  }

  /** Starts a deployment of a system, by default the one that is wanted. */
  async deploy(toplevel = this.systems.wanted, limits = this.limits): Promise<Run> {
    return this.terraform?.apply(toplevel, limits) ?? this.operator.deploy(this.job(toplevel, limits));
  }

  job(toplevel: string, limits = this.limits): DeploymentJob {
    return {
      ...jobFor(this.host, toplevel, { connectTimeoutSeconds: 2, bootTimeoutSeconds: 20 }),
      path: 'lab/web-system',
      machine: 'lab/web',
      activationTimeoutSeconds: limits.activationSeconds,
      confirmTimeoutSeconds: limits.confirmSeconds,
      settleSeconds: limits.settleSeconds,
    };
  }

  /** The longest that the host may take until it has decided. */
  get decisionSeconds(): number {
    return 3 * this.limits.activationSeconds + 2 * this.limits.confirmSeconds + this.limits.settleSeconds;
  }

  /** Asks the host's supervisor, as root there, without a connection. @returns its whole answer */
  async ask(verb: string, header: { readonly [key: string]: string }, connection = ''): Promise<string> {
    const text = readFileSync(path.join(clientFilesDirectory(), 'supervisor.sh'));
    const lines = Object.entries({ format: '1', call: '0123456789abcdef', verb, ...header }).map(
      ([key, value]) => `${key}=${value}\n`,
    );
    const input = Buffer.concat([text, Buffer.from(`${lines.join('')}\n`)]).toString('base64');
    const command = `SUPERVISOR=$(head -c ${text.length}); eval "$SUPERVISOR"`;
    const script = `export SSH_CONNECTION='${connection}'; base64 -d | sh -c '${command}'`;
    const { stdout } = await this.host.exec(script, input);
    return stdout;
  }

  /** A line of a file that belongs to the transaction under way. */
  async ofTransaction(file: 'nonce' | 'connection'): Promise<{ readonly id: string; readonly line: string }> {
    const id = await this.host.read("sed -n 's/^id=//p' /var/lib/cdktf-nixos/journal");
    return { id, line: await this.host.read(`cat /run/cdktf-nixos/${id}/${file}`) };
  }

  /** Kills the process that carries out the transaction; its children live on. */
  async killSupervisor(): Promise<void> {
    await this.host.read(
      "read -r pid _ <<E\n$(sed -n 's/^supervisor=//p' /var/lib/cdktf-nixos/journal)\nE\nkill -KILL $pid",
    );
  }

  /** Drops everything on the open connections from now on. */
  async dropConnections(): Promise<void> {
    for (const port of await this.host.network.connections()) await this.host.network.dropConnection(port);
  }

  /** Makes what a deployment that never began has left for its repetition as old as what the next one drops. */
  async ageLeftovers(): Promise<void> {
    await this.host.read(AGE_LEFTOVERS);
  }

  /** Waits for a moment that the client does not report. */
  async untilOnHost(what: string, condition: string): Promise<void> {
    await until(what, this.decisionSeconds, async () => (await this.host.exec(condition)).exitCode === 0);
  }

  async end(): Promise<void> {
    await this.host.powerCut();
    await this.operator.end();
  }

  /** Loaded only when it is needed: cdktf costs seconds. */
  private async useTerraform(): Promise<void> {
    const { TerraformProject } = await import('./terraform-project.js');
    await this.deployBy(new TerraformProject(this.operator, this.host));
  }
}

const AGE_LEFTOVERS = `
  for directory in /nix/var/nix/gcroots/cdktf-nixos /run/cdktf-nixos; do
    [ ! -d $directory ] || find $directory -mindepth 1 -maxdepth 1 -exec touch --no-dereference --date='2 days ago' {} +
  done`;
