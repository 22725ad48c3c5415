import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App, TerraformStack } from 'cdktf';
import { NixosConfiguration, NixosDeployment, NixosModule, type SshOptions } from 'cdktf-nixos';
import { LxdMachine } from './lxd-machine';

interface Settings {
  readonly image: string;
  readonly ssh?: SshOptions;
  readonly machines: { readonly [name: string]: { readonly firstPort: number } };
}

const { image, ssh, machines: settings }: Settings = JSON.parse(readFileSync('lxd.json', 'utf8'));
const valuesModule = require.resolve('cdktf-nixos/nix/modules/values.nix');

const app = new App();
const stack = new TerraformStack(app, 'fleet');

const configurationOf = (name: string) =>
  NixosConfiguration.fromFlake(`.#${name}`).extend({
    modules: [NixosModule.fromFile(valuesModule, { root: path.dirname(valuesModule) })],
  });

// NixOS to Terraform, known at plan: LXD opens the ports that the firewall of the container's configuration opens.
const hosts = Object.entries(settings).map(([name, { firstPort }]) => {
  const configuration = configurationOf(name);
  const openPorts = configuration.option('networking.firewall.allowedTCPPorts').asStringList();
  const machine = new LxdMachine(stack, name, { image, ssh, firstPort, openPorts, hostKeyFile: `keys/${name}` });
  return { name, configuration, machine };
});

// Terraform to NixOS, known at apply: each container learns of the others. There is no cycle, because a deployment
// waits for the containers and not for other deployments.
for (const { name, configuration, machine } of hosts) {
  const others = hosts.filter((other) => other.name !== name);
  const value = Object.fromEntries(
    others.map((other) => [other.name, { id: other.machine.identity, address: other.machine.host }]),
  );
  new NixosDeployment(stack, `${name}-system`, {
    machine,
    configuration,
    values: { others: { value, restartUnits: ['meet.service'] } },
  });
}

app.synth();
