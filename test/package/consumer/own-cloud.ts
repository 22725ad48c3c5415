import { App, DataResource, type ITerraformDependable, TerraformStack } from 'cdktf';
import {
  HostKeys,
  InputError,
  type InputProblem,
  NixosConfiguration,
  NixosDeployment,
  NixosMachine,
  type SshOptions,
} from 'cdktf-nixos';
import type { Construct } from 'constructs';

const PUBLIC_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK+lIOHtAYdbV+rIaAF3LyLjmvFbOPfzr+kky/PoWH/p';

class OwnMachine extends NixosMachine {
  readonly host: string;
  readonly identity: string;
  readonly hostKeys = HostKeys.pinned([PUBLIC_KEY]);
  readonly ssh: SshOptions = { bootTimeoutSeconds: 600 };
  readonly dependencies: ITerraformDependable[];

  constructor(scope: Construct, id: string, address: string) {
    super(scope, id);
    const problem: InputProblem = { given: '""', expected: 'an address', fix: 'give one' };
    if (address === '') throw new InputError(this.node.path, 'address', problem);
    const server = new DataResource(this, 'Default', { input: { address } });
    this.host = server.getStringAttribute('output.address');
    this.identity = server.id;
    this.dependencies = [server];
  }
}

const app = new App();
const stack = new TerraformStack(app, 'web');
const machine = new OwnMachine(stack, 'own', '203.0.113.8');
const configuration = NixosConfiguration.fromStorePath(
  '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nixos-system-web-26.05',
);
new NixosDeployment(stack, 'system', { machine, configuration });
app.synth();
