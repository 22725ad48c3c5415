import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App, DataResource, TerraformStack } from 'cdktf';
import { HostKeys, NixosConfiguration, NixosDeployment, NixosMachine, NixosModule, type SshOptions } from 'cdktf-nixos';

const { web }: { web: { host: string; ssh?: SshOptions } } = JSON.parse(readFileSync('hosts.json', 'utf8'));
const valuesModule = require.resolve('cdktf-nixos/nix/modules/values.nix');

const app = new App();
const stack = new TerraformStack(app, 'web');

const configuration = NixosConfiguration.fromFlake('.#web').extend({
  modules: [NixosModule.fromFile(valuesModule, { root: path.dirname(valuesModule) })],
});

// NixOS to Terraform, known at plan: the ports that the configuration opens. A terraform_data stands where your
// cloud's firewall would.
const firewall = new DataResource(stack, 'firewall', {
  input: configuration.option('networking.firewall.allowedTCPPorts').asAny(),
});

// Terraform to NixOS, known at apply: the firewall's id, for a service of the same configuration.
const machine = NixosMachine.fromHost(stack, 'web', {
  host: web.host,
  ssh: web.ssh,
  hostKeys: HostKeys.fromKnownHostsFile('known_hosts'),
});
new NixosDeployment(stack, 'web-system', {
  machine,
  configuration,
  values: { firewallId: { value: firewall.id, restartUnits: ['announce.service'] } },
});

app.synth();
