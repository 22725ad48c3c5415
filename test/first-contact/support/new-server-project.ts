import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { TerraformStack } from 'cdktf';
import type { LabHost } from '../../../lab';
import type { MachineHostKey } from '../../../lib/machine-host-key';
import { NixosConfiguration } from '../../../lib/nixos-configuration';
import { NixosDeployment } from '../../../lib/nixos-deployment';
import { Project } from '../../support/project';
import { CloudMachine } from './cloud-machine';
import { makeNew } from './new-server';
import type { Moment } from './test-contact-kind';

interface NewServerProps {
  readonly host: LabHost;
  /** What the server boots, and what is deployed to it. */
  readonly system: string;
  readonly record: { readonly file: string; readonly bundle: string };
}

/** A program with one new server and a deployment to it, applied by the real terraform. */
export class NewServerProject {
  readonly project = new Project();

  constructor(private readonly props: NewServerProps) {}

  /** @param address where the server seems to be @param reason another one deploys again */
  synth(
    options: {
      readonly hostKey?: MachineHostKey;
      readonly address?: string;
      readonly reason?: string;
      readonly size?: string;
    } = {},
  ): void {
    const { host, system, record } = this.props;
    this.project.newApp();
    const stack: TerraformStack = this.project.stack();
    const machine = new CloudMachine(stack, 'web', {
      host: options.address ?? host.address,
      ssh: { identityFile: host.identityFile, connectTimeoutSeconds: 3, bootTimeoutSeconds: 20 },
      hostKey: options.hostKey,
      size: options.size,
      record,
    });
    new NixosDeployment(stack, 'web-system', {
      machine,
      configuration: NixosConfiguration.fromStorePath(system),
      settleSeconds: 0,
      triggers: { reason: options.reason ?? 'none' },
    });
    this.project.synth();
    this.succeed('init');
  }

  /** Makes the server by terraform, and boots the host with its user data. Returns the user data. */
  async createServer(): Promise<string> {
    this.succeed('apply', '-auto-approve', '-target=terraform_data.web');
    const userData = this.userData;
    await makeNew(this.props.host, this.props.system, userData);
    return userData;
  }

  /** As the state has it. */
  get userData(): string {
    const state = JSON.parse(readFileSync(this.stateFile, 'utf8')) as {
      resources: { name: string; instances: { attributes: { output: { value: string } } }[] }[];
    };
    return state.resources.find(({ name }) => name === 'web')!.instances[0]!.attributes.output.value;
  }

  /** The same program elsewhere, with a copy of the state. */
  onAnotherMachine(): NewServerProject {
    const other = new NewServerProject(this.props);
    copyFileSync(this.stateFile, other.stateFile);
    return other;
  }

  /** Of the resource of the first contact. */
  get contactAddress(): string {
    const listed = this.project.terraform(['state', 'list']).stdout.split('\n');
    return listed.find((address) => address.startsWith('null_resource.web_first-contact'))!;
  }

  get stateFile(): string {
    return `${this.project.directory}/stack.tfstate`;
  }

  apply(...args: string[]) {
    const { exitCode, all } = this.project.terraform(['apply', '-auto-approve', ...args]);
    return { exitCode, output: unwrapped(all ?? '') };
  }

  /** 0 when there is nothing to do. */
  plan(): number | undefined {
    return this.project.terraform(['plan', '-detailed-exitcode']).exitCode;
  }

  /** The client is killed at this moment, from now on. */
  strikeAt(moment: Moment): void {
    writeFileSync(`${this.props.record.file}.strike`, moment);
  }

  strikeNoMore(): void {
    rmSync(`${this.props.record.file}.strike`, { force: true });
  }

  /** The labels that were written, in order. */
  get labels(): string[] {
    return readFileSync(`${this.props.record.file}.log`, 'utf8').trim().split('\n');
  }

  end(): void {
    this.project.remove();
  }

  private succeed(...args: string[]): void {
    const { exitCode, all } = this.project.terraform(args);
    if (exitCode !== 0) throw new Error(`terraform ${args.join(' ')} failed:\n${all}`);
  }
}

/** The lines of the client alone, without Terraform's address in front. */
function unwrapped(output: string): string {
  return output.replace(/^.*? \(local-exec\): /gm, '');
}
