import { readFileSync } from 'node:fs';
import { App, TerraformStack, type ITerraformDependable } from 'cdktf';
import {
  HostKeys,
  NixosConfiguration,
  NixosDeployment,
  NixosMachine,
  PrivilegeEscalation,
  type DeploymentPolicies,
  type SshOptions,
} from 'cdktf-nixos';

/** One machine of fleet.json, which the tests write. */
interface FleetMachine {
  readonly stack: string;
  readonly host: string;
  readonly hostKey: string;
  readonly identity?: string;
  readonly ssh?: SshOptions;
  /** A machine of the same stack whose deployment comes first. */
  readonly after?: string;
  readonly policies?: DeploymentPolicies;
  readonly importFromDerivation?: boolean;
}

const fleet: { [name: string]: FleetMachine } = JSON.parse(readFileSync('fleet.json', 'utf8'));
const app = new App();
const stacks = new Map<string, TerraformStack>();
const deployments = new Map<string, ITerraformDependable>();

for (const [name, { stack: stackName, host, hostKey, identity, ssh, ...machine }] of Object.entries(fleet)) {
  const stack = stacks.get(stackName) ?? new TerraformStack(app, stackName);
  stacks.set(stackName, stack);
  const before = machine.after === undefined ? undefined : deployments.get(machine.after);
  const login = {
    ...ssh,
    privilegeEscalation: (ssh?.user ?? 'root') === 'root' ? PrivilegeEscalation.NONE : PrivilegeEscalation.SUDO,
  };
  const configuration = NixosConfiguration.fromFlake(`.#${name}`);
  const deployment = new NixosDeployment(stack, name, {
    // One proof, for speed.
    settleSeconds: 0,
    ...machine.policies,
    machine: NixosMachine.fromHost(stack, `${name}-host`, {
      host,
      identity,
      ssh: login,
      hostKeys: HostKeys.pinned([hostKey]),
    }),
    configuration: machine.importFromDerivation
      ? configuration.extend({ nix: { importFromDerivation: true } })
      : configuration,
    dependsOn: before === undefined ? undefined : [before],
  });
  deployments.set(name, deployment);
}

app.synth();
