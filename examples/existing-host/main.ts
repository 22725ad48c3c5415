import { readFileSync } from 'node:fs';
import { App, TerraformStack } from 'cdktf';
import { HostKeys, NixosConfiguration, NixosDeployment, NixosMachine, type SshOptions } from 'cdktf-nixos';

/** Where each machine of flake.nix is reached. */
interface Host {
  readonly host: string;
  readonly ssh?: SshOptions;
}

const hosts: { [name: string]: Host } = JSON.parse(readFileSync('hosts.json', 'utf8'));
const hostKeys = HostKeys.fromKnownHostsFile('known_hosts');

const app = new App();
const stack = new TerraformStack(app, 'web');

for (const [name, { host, ssh }] of Object.entries(hosts)) {
  const machine = NixosMachine.fromHost(stack, name, { host, hostKeys, ssh });
  new NixosDeployment(stack, `${name}-system`, {
    machine,
    configuration: NixosConfiguration.fromFlake(`.#${name}`),
    // How long a host waits for the login that proves it can still be reached, before it rolls back by itself.
    confirmTimeoutSeconds: 20,
  });
}

app.synth();
