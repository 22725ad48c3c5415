import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App, TerraformOutput, TerraformStack, Token } from 'cdktf';
import { ModulePriority, NixosConfiguration, NixosDeployment, NixosModule, type SshOptions } from 'cdktf-nixos';
import { HcloudImage, HcloudMachine, type HcloudMachineProps } from 'cdktf-nixos/hcloud';
import { LoadBalancer } from 'cdktf-nixos/hcloud/bindings/load-balancer';
import { LoadBalancerNetwork } from 'cdktf-nixos/hcloud/bindings/load-balancer-network';
import { LoadBalancerService } from 'cdktf-nixos/hcloud/bindings/load-balancer-service';
import { LoadBalancerTargetA } from 'cdktf-nixos/hcloud/bindings/load-balancer-target';
import { Network } from 'cdktf-nixos/hcloud/bindings/network';
import { NetworkSubnet } from 'cdktf-nixos/hcloud/bindings/network-subnet';
import { PlacementGroup } from 'cdktf-nixos/hcloud/bindings/placement-group';

const ssh: SshOptions = JSON.parse(readFileSync('ssh.json', 'utf8'));
const { webServers }: { webServers: number } = JSON.parse(readFileSync('fleet.json', 'utf8'));
const modulesOfPackage = ['hcloud.nix', 'values.nix'].map((name) => require.resolve(`cdktf-nixos/nix/modules/${name}`));

/** A configuration of flake.nix, for servers at Hetzner. */
function configuration(name: string, hostName = name): NixosConfiguration {
  const modules = modulesOfPackage.map((file) => NixosModule.fromFile(file, { root: path.dirname(file) }));
  const named = NixosModule.fromConfig({ networking: { hostName } }, { priority: ModulePriority.FORCE });
  return NixosConfiguration.fromFlake(`.#${name}`).extend({ modules: [...modules, named] });
}

const app = new App();
const stack = new TerraformStack(app, 'fleet');
const number = (id: string) => Token.asNumber(id);

const network = new Network(stack, 'network', { name: 'fleet', ipRange: '10.0.0.0/16' });
const subnet = new NetworkSubnet(stack, 'subnet', {
  networkId: number(network.id),
  type: 'cloud',
  networkZone: 'eu-central',
  ipRange: '10.0.1.0/24',
});

// One image for all of them: a deployment makes of each what it is.
const common: HcloudMachineProps = {
  image: new HcloudImage(stack, 'bootstrap', { configuration: configuration('bootstrap') }),
  serverType: 'cx23',
  location: 'nbg1',
  networks: [{ subnetId: subnet.id }],
  ssh,
  // Write the address of the machine that applies here instead.
  sshFrom: ['0.0.0.0/0', '::/0'],
};

const database = new HcloudMachine(stack, 'database', common);
const databaseSystem = new NixosDeployment(stack, 'database-system', {
  machine: database,
  configuration: configuration('database'),
});

const spread = new PlacementGroup(stack, 'spread', { name: 'web', type: 'spread' });
const balancer = new LoadBalancer(stack, 'balancer', { name: 'web', loadBalancerType: 'lb11', location: 'nbg1' });
const loadBalancerId = number(balancer.id);
const balancerNetwork = new LoadBalancerNetwork(stack, 'balancer-network', { loadBalancerId, subnetId: subnet.id });
new LoadBalancerService(stack, 'http', {
  loadBalancerId: balancer.id,
  protocol: 'http',
  listenPort: 80,
  destinationPort: 80,
});

for (let i = 1; i <= webServers; i += 1) {
  const name = `web${i}`;
  const machine = new HcloudMachine(stack, name, { ...common, placementGroupId: number(spread.id) });
  const system = new NixosDeployment(stack, `${name}-system`, {
    machine,
    configuration: configuration('web', name),
    values: { database: { value: database.privateIps[0], restartUnits: ['announce.service'] } },
    dependsOn: [databaseSystem],
  });
  // The balancer sends nobody there before the system runs.
  new LoadBalancerTargetA(stack, `${name}-target`, {
    type: 'server',
    loadBalancerId,
    serverId: number(machine.serverId),
    usePrivateIp: true,
    dependsOn: [balancerNetwork, system],
  });
}

new TerraformOutput(stack, 'address', { value: balancer.ipv4 });

app.synth();
