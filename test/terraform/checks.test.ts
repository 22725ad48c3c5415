import { TerraformVariable } from 'cdktf';
import { describe, expect, it } from 'vitest';
import { HostKeys } from '../../lib/host-keys';
import { NixBuild } from '../../lib/nix-build';
import { NixosConfiguration } from '../../lib/nixos-configuration';
import { NixosDeployment, type NixosDeploymentProps } from '../../lib/nixos-deployment';
import { type MachineAttributes, NixosMachine } from '../../lib/nixos-machine';
import { NixosModule } from '../../lib/nixos-module';
import { configuration } from '../support/configuration';
import { project, stack, useProject } from '../support/project';
import { ed25519 } from '../support/public-keys';
import { refusal } from '../support/refusal';

useProject();

const hostKeys = HostKeys.pinned([ed25519()]);
/** What `refusal` returns when there was none. */
const ACCEPTED = 'nothing was refused';
const any = (value: unknown) => value as never;

function machine(attributes: Partial<MachineAttributes> = {}) {
  return NixosMachine.fromHost(stack, 'web', { host: 'web.example', hostKeys, ...attributes });
}

function deploy(props: Partial<NixosDeploymentProps> = {}) {
  return new NixosDeployment(stack, 'web-system', { machine: machine(), configuration: configuration(), ...props });
}

describe('a misspelt option', () => {
  it('the message of a misspelt option names all options and the one that was meant', () => {
    expect(refusal(() => deploy(any({ confirmTimeoutSecond: 20 })))).toBe(
      '[stack/web-system] confirmTimeoutSecond: got an unknown option, expected one of machine, configuration, values, secrets, ' +
        'goal, activationTimeoutSeconds, confirmTimeoutSeconds, settleSeconds, resource, triggers, dependsOn; ' +
        'did you mean confirmTimeoutSeconds?',
    );
  });

  const misspelt: [string, () => unknown, string, string][] = [
    ['a machine', () => machine(any({ indentity: 'x' })), '[stack/web] indentity', 'identity'],
    ['ssh', () => machine({ ssh: any({ prot: 2222 }) }), '[stack/web] ssh.prot', 'port'],
    [
      'a jump host',
      () => machine({ ssh: { jumpHosts: [{ host: 'a', hostKeys }, any({ host: 'b', hostKeys, users: 'me' })] } }),
      '[stack/web] ssh.jumpHosts[1].users',
      'user',
    ],
    [
      'a value',
      () => deploy({ values: { x: any({ value: 1, restartUnit: ['a.service'] }) } }),
      '[stack/web-system] values.x.restartUnit',
      'restartUnits',
    ],
    ['a build', () => new NixBuild(stack, 'b', any({ instalable: '.#x' })), '[stack/b] instalable', 'installable'],
    [
      'a configuration of a flake',
      () => NixosConfiguration.fromFlake('.#web', any({ attributes: ['a'] })),
      '[NixosConfiguration.fromFlake] attributes',
      'attribute',
    ],
    [
      'a configuration file',
      () => NixosConfiguration.fromFile('c.nix', any({ nixpgks: 1 })),
      '[NixosConfiguration.fromFile] nixpgks',
      'nixpkgs',
    ],
    [
      'an extension',
      () => NixosConfiguration.fromFlake('.#web').extend(any({ module: [] })),
      '[NixosConfiguration.extend] module',
      'modules',
    ],
    [
      'an evaluation',
      () => NixosConfiguration.fromFlake('.#web').extend({ nix: any({ timeout: 3 }) }),
      '[NixosConfiguration.extend] nix.timeout',
      'timeoutSeconds',
    ],
    [
      'a module of data',
      () => NixosModule.fromConfig({}, any({ prio: 1 })),
      '[NixosModule.fromConfig] prio',
      'priority',
    ],
    ['a module file', () => NixosModule.fromFile('a.nix', any({ roots: '.' })), '[NixosModule.fromFile] roots', 'root'],
  ];

  it.each(misspelt)('a misspelt option of %s is refused', (_, attempt, at, meant) => {
    const message = refusal(attempt);
    expect(message).toContain(`${at}: got an unknown option, expected one of `);
    expect(message).toContain(`; did you mean ${meant}?`);
  });

  it('a machine of the user is refused for its ssh options, and may have members of its own', () => {
    class Server extends NixosMachine {
      readonly host = 'server.example';
      readonly identity = 'i-1';
      readonly hostKeys = hostKeys;
      readonly dependencies = [];
      readonly prot = 1;
      constructor(readonly ssh = {}) {
        super(stack, 'server');
      }
    }
    deploy({ machine: new Server() });
    stack.node.tryRemoveChild('server');
    stack.node.tryRemoveChild('web');
    const message = refusal(
      () => new NixosDeployment(stack, 'x', { machine: new Server({ prot: 1 }), configuration: configuration() }),
    );
    expect(message).toContain('[stack/server] ssh.prot: got an unknown option');
  });

  it('a subclass of a deployment or a build hands its own props on', () => {
    class Web extends NixosDeployment {
      constructor(props: NixosDeploymentProps & { domain: string }) {
        super(stack, 'web-system', props);
      }
    }
    class Check extends NixBuild {
      constructor(props: { installable: string; note: string }) {
        super(stack, 'check', props);
      }
    }
    expect(refusal(() => new Web({ machine: machine(), configuration: configuration(), domain: 'x' }))).toBe(ACCEPTED);
    expect(refusal(() => new Check({ installable: '.#checks.x86_64-linux.web', note: 'x' }))).toBe(ACCEPTED);
  });

  it('an option without a value is not given', () => {
    deploy(any({ confirmTimeoutSecond: undefined }));
    expect(Object.keys(project.synth().resource.null_resource)).toEqual(['web-system']);
  });
});

describe('a wrong kind', () => {
  const token = () => new TerraformVariable(stack, 'v', { type: 'any' }).value;
  const wrong: [string, () => unknown, string][] = [
    [
      'attributes that are missing',
      () => NixosMachine.fromHost(stack, 'web', any(undefined)),
      '[stack/web] attributes: got nothing',
    ],
    ['ssh as text', () => machine({ ssh: any('root') }), '[stack/web] ssh: got "root"'],
    ['ssh that is null', () => machine({ ssh: any(null) }), '[stack/web] ssh: got null'],
    ['ssh that is known only at apply', () => machine({ ssh: any(token()) }), '[stack/web] ssh: got a Terraform token'],
    [
      'one jump host',
      () => machine({ ssh: { jumpHosts: any({ host: 'a' }) } }),
      '[stack/web] ssh.jumpHosts: got an object, expected a list',
    ],
    [
      'a jump host as text',
      () => machine({ ssh: { jumpHosts: [any('bastion')] } }),
      '[stack/web] ssh.jumpHosts[0]: got "bastion"',
    ],
    ['a host key as text', () => machine({ hostKeys: any(ed25519()) }), '[stack/web] hostKeys: got "ssh-ed25519'],
    [
      'host keys that are missing',
      () => machine({ hostKeys: undefined }),
      '[stack/web] hostKeys: got nothing, expected HostKeys',
    ],
    [
      'one dependency of a machine',
      () => machine({ dependsOn: any(stack) }),
      '[stack/web] dependsOn: got an object, expected a list',
    ],
    [
      'props that are missing',
      () => new NixosDeployment(stack, 'web-system', any(undefined)),
      '[stack/web-system] props: got nothing',
    ],
    [
      'a machine by its name',
      () => deploy({ machine: any('web') }),
      '[stack/web-system] machine: got "web", expected a machine',
    ],
    [
      'a configuration as text',
      () => deploy({ configuration: any('.#web') }),
      '[stack/web-system] configuration: got ".#web", expected a NixosConfiguration',
    ],
    [
      'a resource as text',
      () => deploy({ resource: any('null_resource') }),
      '[stack/web-system] resource: got "null_resource", expected a constant',
    ],
    [
      'one dependency of a deployment',
      () => deploy({ dependsOn: any(stack) }),
      '[stack/web-system] dependsOn: got an object, expected a list',
    ],
    [
      'a resource of a build as text',
      () => new NixBuild(stack, 'b', { installable: '.#a.b', resource: any('x') }),
      '[stack/b] resource: got "x"',
    ],
    [
      'props of a build that are missing',
      () => new NixBuild(stack, 'b', any(undefined)),
      '[stack/b] props: got nothing',
    ],
    [
      'a module as data',
      () => NixosConfiguration.fromFlake('.#a').extend({ modules: [any({ a: 1 })] }),
      '[NixosConfiguration.extend] modules[0]: got an object, expected a NixosModule',
    ],
    [
      'one module',
      () => NixosConfiguration.fromFlake('.#a').extend({ modules: any(NixosModule.fromConfig({})) }),
      '[NixosConfiguration.extend] modules: got an object, expected a list',
    ],
  ];

  it.each(wrong)('%s is refused', (_, attempt, message) => {
    expect(refusal(attempt)).toContain(message);
  });
});
