import { App, TerraformStack } from 'cdktf';
import { HostKeys, NixosConfiguration, NixosDeployment, NixosMachine } from 'cdktf-nixos';

const app = new App();
const stack = new TerraformStack(app, 'web');
const machine = NixosMachine.fromHost(stack, 'host', {
  host: '203.0.113.7',
  hostKeys: HostKeys.pinned(['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK+lIOHtAYdbV+rIaAF3LyLjmvFbOPfzr+kky/PoWH/p']),
});
const configuration = NixosConfiguration.fromStorePath(
  '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nixos-system-web-26.05',
);
new NixosDeployment(stack, 'system', { machine, configuration });
app.synth();
