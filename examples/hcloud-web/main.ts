import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App, TerraformOutput, TerraformStack } from 'cdktf';
import { NixosConfiguration, NixosDeployment, NixosModule, type SshOptions } from 'cdktf-nixos';
import { HcloudImage, HcloudMachine } from 'cdktf-nixos/hcloud';

const ssh: SshOptions = JSON.parse(readFileSync('ssh.json', 'utf8'));
const hetzner = require.resolve('cdktf-nixos/nix/modules/hcloud.nix');

/** A configuration of flake.nix, for servers at Hetzner. */
function configuration(name: string): NixosConfiguration {
  const modules = [NixosModule.fromFile(hetzner, { root: path.dirname(hetzner) })];
  return NixosConfiguration.fromFlake(`.#${name}`).extend({ modules });
}

const app = new App();
const stack = new TerraformStack(app, 'web');

// Small, and seldom another one: a new image is uploaded, and the server does not need it any more.
const image = new HcloudImage(stack, 'bootstrap', { configuration: configuration('bootstrap') });

const machine = new HcloudMachine(stack, 'web', {
  image,
  serverType: 'cx23',
  location: 'nbg1',
  ssh,
  // Write the address of the machine that applies here instead.
  sshFrom: ['0.0.0.0/0', '::/0'],
  firewall: [{ from: ['0.0.0.0/0', '::/0'], port: '80' }],
});

new NixosDeployment(stack, 'web-system', { machine, configuration: configuration('web') });

new TerraformOutput(stack, 'address', { value: machine.ipv4Address });

app.synth();
