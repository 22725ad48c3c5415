/**
 * Programs that the public API must carry. They are compiled with all other sources and never run: a change that
 * breaks the first lines of a user breaks the check of the types.
 */
import type { ITerraformDependable, TerraformStack } from 'cdktf';
import { ref, TerraformIterator, TerraformLocal, TerraformVariable, Token } from 'cdktf';
import { Construct } from 'constructs';
import type { DeploymentPolicies, INixosMachine, NixosDeploymentProps, Secret, SshOptions } from '../../lib';
import {
  DeploymentGoal,
  DeploymentResource,
  HostKeys,
  ModulePriority,
  NixBuild,
  NixosConfiguration,
  NixosDeployment,
  NixosMachine,
  NixosModule,
  NixpkgsSource,
  PrivilegeEscalation,
  SecretSource,
  SecretStorage,
} from '../../lib';

declare const stack: TerraformStack;
declare const machines: { [name: string]: INixosMachine };
declare const billing: INixosMachine;
declare const db: { readonly endpoint: string };
declare const Rules: new (scope: Construct, id: string, props: { forEach: TerraformIterator }) => Construct;
declare function allow(port: number): void;

const conf = (name: string) => NixosConfiguration.fromFlake(`.#${name}`);
const hostKeys = HostKeys.fromKnownHostsFile('known_hosts');

/** The smallest: one existing host. */
export function smallest() {
  const web = NixosMachine.fromHost(stack, 'web', {
    host: '203.0.113.7',
    hostKeys: HostKeys.pinned(['ssh-ed25519 AAAA...']),
  });
  return new NixosDeployment(stack, 'web-system', { machine: web, configuration: conf('web') });
}

/** Every host of a flake. */
export function everyHost() {
  for (const name of NixosConfiguration.namesInFlake(stack, '.')) {
    const machine = NixosMachine.fromHost(stack, `${name}-host`, { host: `${name}.example.com`, hostKeys });
    new NixosDeployment(stack, name, { machine, configuration: conf(name) });
  }
}

/** Roles and waves. */
export function waves() {
  let earlier: ITerraformDependable[] = [];
  for (const wave of [['web1'], ['web2', 'web3'], ['web4', 'web5', 'web6']]) {
    const before = earlier;
    earlier = wave.map((name) => {
      const hostName = { networking: { hostName: name } };
      const module = NixosModule.fromConfig(hostName, { priority: ModulePriority.FORCE });
      return new NixosDeployment(stack, `${name}-system`, {
        machine: machines[name],
        configuration: conf('web').extend({ modules: [module] }),
        dependsOn: before,
      });
    });
  }
}

/** A Terraform value that reaches NixOS at apply, and a test as a gate. */
export function valuesAndGate(before: NixosDeployment) {
  new NixosDeployment(stack, 'billing-system', {
    machine: billing,
    configuration: conf('billing'),
    values: { dbEndpoint: { value: db.endpoint, restartUnits: ['billing.service'] } },
    dependsOn: [before, new NixBuild(stack, 'check', { installable: '.#checks.x86_64-linux.billing' })],
  });
}

/** Secrets from everywhere. */
export function secrets() {
  const variable = new TerraformVariable(stack, 'token', { type: 'string' });
  variable.addOverride('ephemeral', true);
  const vault = Token.asString(ref('ephemeral.vault_kv_secret_v2.api.data["token"]', stack));
  const shared: Omit<Secret, 'source'> = { version: '2026-11', owner: 'billing', group: 'billing', mode: '0440' };
  return new NixosDeployment(stack, 'billing-secrets', {
    machine: billing,
    configuration: conf('billing'),
    secrets: {
      token: {
        source: SecretSource.command(['pass', 'api/token']),
        version: '2026-11',
        restartUnits: ['billing.service'],
      },
      key: { source: SecretSource.file('~/keys/billing'), ...shared, reloadUnits: ['billing.service'] },
      session: { source: SecretSource.environment('SESSION_KEY'), ...shared, storage: SecretStorage.MEMORY },
      terraform: { source: SecretSource.terraform(variable.stringValue), version: '1' },
      vault: { source: SecretSource.terraform(vault), version: '1' },
      password: { source: SecretSource.sops('secrets.yaml', ['database', 'password']) },
      identity: { source: SecretSource.age('identity.age', ['~/.config/age/key.txt']), storage: SecretStorage.KEPT },
    },
  });
}

/** A NixOS option that reaches Terraform at plan: a token for blocks and for_each, read() for loops of the program. */
export function options() {
  const ports = conf('web').option('networking.firewall.allowedTCPPorts');
  new Rules(stack, 'rules', { forEach: TerraformIterator.fromList(ports.asStringList()) });
  for (const port of ports.read(stack) as number[]) allow(port);
}

/** Hosts whose names have dots. */
export function namesWithDots() {
  return NixosConfiguration.namesInFlake(stack, '.').map((name) =>
    NixosConfiguration.fromFlake('.', { attribute: ['nixosConfigurations', name] }),
  );
}

/** An address that is only a text of Terraform: a local makes a token of it. */
export function rawExpression() {
  const address = new TerraformLocal(stack, 'address', '${aws_instance.web.public_ip}');
  return NixosMachine.fromHost(stack, 'b', { host: address.asString, identity: 'b', hostKeys });
}

/** Modules from everywhere, and arguments. */
export function extended() {
  return conf('web').extend({
    modules: [
      NixosModule.fromConfig({ networking: { hostName: 'front' } }, { priority: ModulePriority.FORCE }),
      NixosModule.fromFile('nix/roles/front.nix', { root: 'nix' }),
      NixosModule.inFlake('modules/metrics.nix'),
      NixosModule.fromFlake('github:owner/repo/<commit>#name'),
    ],
    specialArgs: { role: 'front' },
  });
}

/** A construct of the user's own, also used from another stack. */
export class Service extends Construct {
  constructor(scope: Construct, id: string, machine: INixosMachine) {
    super(scope, id);
    new NixosDeployment(this, 'system', { machine, configuration: conf(id) });
  }
}

/** Options that are shared are plain objects. */
export function shared() {
  const ssh: SshOptions = { user: 'deploy', privilegeEscalation: PrivilegeEscalation.SUDO, connectTimeoutSeconds: 5 };
  const asked: SshOptions = {
    ...ssh,
    privilegeEscalation: PrivilegeEscalation.sudoWithPassword(SecretSource.environment('PASSWORD')),
  };
  NixosMachine.fromHost(stack, 'b', { host: 'b', hostKeys, ssh: asked });
  const policies: DeploymentPolicies = { activationTimeoutSeconds: 600, confirmTimeoutSeconds: 30, settleSeconds: 0 };
  const jumpHosts = [{ host: 'bastion', hostKeys: HostKeys.certificateAuthority('ssh-ed25519 AAAA...') }];
  const machine = NixosMachine.fromHost(stack, 'a', { host: 'a', hostKeys, ssh: { ...ssh, jumpHosts } });
  return new NixosDeployment(stack, 'a-system', {
    ...policies,
    machine,
    configuration: NixosConfiguration.fromFile('configuration.nix', {
      nixpkgs: NixpkgsSource.NIX_PATH,
      system: 'x86_64-linux',
    }),
    goal: DeploymentGoal.BOOT,
    resource: DeploymentResource.TERRAFORM_DATA,
    triggers: { certificate: 'serial' },
  });
}

/** What must not compile. */
export function refused(deployment: NixosDeployment) {
  // @ts-expect-error a machine needs host keys: trust on first use is not a default
  NixosMachine.fromHost(stack, 'a', { host: 'a' });
  const plain = new Construct(stack, 'plain');
  // @ts-expect-error a plain construct is not something that Terraform waits for
  const dependsOn: NixosDeploymentProps['dependsOn'] = [plain];
  new NixosDeployment(stack, 'b', { machine: billing, configuration: conf('b'), dependsOn });
  // @ts-expect-error a goal is one of the class's, not a word
  new NixosDeployment(stack, 'c', { machine: billing, configuration: conf('c'), goal: 'switch' });
  // @ts-expect-error a secret has a source, never itself
  const text: Secret = { source: 'hunter22' };
  // @ts-expect-error a mode is text: 400 would be another one
  const mode: Secret = { source: SecretSource.file('a'), mode: 400 };
  new NixosDeployment(stack, 'd', { machine: billing, configuration: conf('d'), secrets: { text, mode } });
  // @ts-expect-error outputs are read-only
  deployment.toplevel = '';
}
