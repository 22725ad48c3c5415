import { App, DataResource, TerraformStack } from 'cdktf';
import { HostKeys, NixosConfiguration, NixosDeployment, NixosMachine } from 'cdktf-nixos';

const PUBLIC_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK+lIOHtAYdbV+rIaAF3LyLjmvFbOPfzr+kky/PoWH/p';

class OwnMachine extends NixosMachine {
  /**
   * @param {import('constructs').Construct} scope
   * @param {string} id
   */
  constructor(scope, id) {
    super(scope, id);
    const server = new DataResource(this, 'Default', { input: { address: '203.0.113.8' } });
    this.host = server.getStringAttribute('output.address');
    this.identity = server.id;
    this.hostKeys = HostKeys.pinned([PUBLIC_KEY]);
    this.ssh = {};
    this.dependencies = [server];
  }
}

const app = new App();
const stack = new TerraformStack(app, 'web');
const configuration = NixosConfiguration.fromStorePath(
  '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nixos-system-web-26.05',
);
new NixosDeployment(stack, 'system', { machine: new OwnMachine(stack, 'own'), configuration });
app.synth();
