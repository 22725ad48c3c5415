import path from 'node:path';
import { App, LocalBackend, TerraformStack } from 'cdktf';
import { HostKeys } from '../../../lib/host-keys';
import { NixosConfiguration } from '../../../lib/nixos-configuration';
import { NixosDeployment } from '../../../lib/nixos-deployment';
import { NixosMachine } from '../../../lib/nixos-machine';
import type { LabHost } from '../../../lab';
import type { Operator } from './operator';
import type { Run } from './run';
import type { Limits } from './scene';

const STACK = 'lab';

/** A stack of one machine and its deployment, synthesised by the constructs and applied by the real Terraform. */
export class TerraformProject {
  constructor(
    private readonly operator: Operator,
    private readonly host: LabHost,
  ) {}

  /** Needs no host: fetches the null provider from the mirror. */
  async initialize(toplevel: string, limits: Limits): Promise<void> {
    await this.synthesize(toplevel, limits);
    const { status, lines } = await this.terraform('init').end();
    if (status !== 0) throw new Error(`terraform init failed:\n${lines.join('\n')}`);
  }

  async apply(toplevel: string, limits: Limits): Promise<Run> {
    await this.synthesize(toplevel, limits);
    return this.terraform('apply', '-auto-approve');
  }

  private terraform(command: string, ...args: string[]): Run {
    return this.operator.start('terraform', [command, '-input=false', '-no-color', ...args], {}, this.stack);
  }

  private get outdir(): string {
    return path.join(this.operator.directory, 'cdktf.out');
  }

  private get stack(): string {
    return path.join(this.outdir, 'stacks', STACK);
  }

  private async synthesize(toplevel: string, limits: Limits): Promise<void> {
    const app = new App({ outdir: this.outdir });
    const stack = new TerraformStack(app, STACK);
    new LocalBackend(stack, { path: path.join(this.operator.directory, 'terraform.tfstate') });
    const { address, port, user, hostKey, identityFile } = this.host;
    new NixosDeployment(stack, 'web-system', {
      machine: NixosMachine.fromHost(stack, 'web', {
        host: address,
        hostKeys: HostKeys.pinned([hostKey]),
        ssh: { user, port, identityFile, connectTimeoutSeconds: 2, bootTimeoutSeconds: 20 },
      }),
      configuration: NixosConfiguration.fromStorePath(toplevel),
      activationTimeoutSeconds: limits.activationSeconds,
      confirmTimeoutSeconds: limits.confirmSeconds,
      settleSeconds: limits.settleSeconds,
    });
    app.synth();
    await this.operator.installClientFiles(this.stack);
  }
}
