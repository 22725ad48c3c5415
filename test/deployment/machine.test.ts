import { DataResource, type ITerraformDependable, TerraformVariable, Token } from 'cdktf';
import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { HostKeys } from '../../lib/host-keys';
import { InputError } from '../../lib/validation/problem';
import { NixosDeployment } from '../../lib/nixos-deployment';
import { type INixosMachine, NixosMachine } from '../../lib/nixos-machine';
import type { SshOptions } from '../../lib/ssh-options';
import { configuration } from '../support/configuration';
import { project, stack, useProject } from '../support/project';
import { ed25519 } from '../support/public-keys';
import { refusal } from '../support/refusal';

const HOST = 'a host name, an IPv4 address or an IPv6 address';
const IDENTITY = 'text that changes exactly when this is another machine or disk';
const PORT = 'a port: a whole number from 1 to 65535';
const KEYS_FIX = 'write HostKeys.pinned(["ssh-ed25519 AAAA..."]) or HostKeys.fromKnownHostsFile("known_hosts")';
const DEPENDABLE = 'a resource, data source, module or deployment (with fqn)';

/** The fields of INixosMachine, as a program without types may fill them. */
type Fields = { [field in Exclude<keyof INixosMachine, 'node'>]?: unknown };

/** A machine that knows nothing of our classes. */
class OwnMachine extends Construct implements INixosMachine {
  readonly host!: string;
  readonly identity!: string;
  readonly hostKeys!: HostKeys;
  readonly ssh!: SshOptions;
  readonly dependencies!: ITerraformDependable[];

  constructor(fields: Fields = {}, id = 'mine') {
    super(stack, id);
    const good = {
      host: 'web.example',
      identity: 'i-1',
      hostKeys: HostKeys.pinned([ed25519()]),
      ssh: {},
      dependencies: [],
    };
    Object.assign(this, good, fields);
  }
}

useProject();

function deploy(machine: INixosMachine) {
  return new NixosDeployment(stack, 'system', { machine, configuration: configuration() });
}

const text = () => new TerraformVariable(stack, 'text', { type: 'string' }).stringValue;

describe('a machine of a class of the user', () => {
  it.each<[string, Fields, string]>([
    ['no host', { host: undefined }, `host: got nothing, expected ${HOST}; give the host as a string`],
    ['an empty host', { host: '' }, `host: got "", expected ${HOST}; give the host that ssh dials`],
    [
      'null as host, as an attribute that is not there',
      { host: null },
      `host: got null, expected ${HOST}; the Terraform value is null; refer to an attribute that holds the address`,
    ],
    [
      'a host with a port',
      { host: '203.0.113.7:22' },
      `host: got "203.0.113.7:22", expected ${HOST}; give the host alone and the port as \`port\` in the ssh options`,
    ],
    [
      'an expression in text as host',
      { host: '${lxd_instance.web.ipv4_address}' },
      `host: got "\${lxd_instance.web.ipv4_address}", expected ${HOST}; a Terraform expression is given as a token, not as text`,
    ],
    [
      'no identity',
      { identity: undefined },
      `identity: got nothing, expected ${IDENTITY}; give the id of the server as text`,
    ],
    ['an empty identity', { identity: '' }, `identity: got "", expected ${IDENTITY}; give the id of the server`],
    [
      'a number as identity',
      { identity: 42 },
      `identity: got 42, expected ${IDENTITY}; give the id of the server as text`,
    ],
    [
      'an expression in text as identity',
      { identity: '${lxd_instance.web.id}' },
      `identity: got "\${lxd_instance.web.id}", expected ${IDENTITY}; give an attribute of a construct: an expression in ` +
        'text is not resolved',
    ],
    ['no host keys', { hostKeys: undefined }, `hostKeys: got nothing, expected HostKeys; ${KEYS_FIX}`],
    [
      'a key in place of host keys',
      { hostKeys: 'ssh-ed25519 A' },
      `hostKeys: got "ssh-ed25519 A", expected HostKeys; ${KEYS_FIX}`,
    ],
    [
      'a list in place of host keys',
      { hostKeys: [ed25519()] },
      `hostKeys: got a list of 1, expected HostKeys; ${KEYS_FIX}`,
    ],
    [
      'a file of host keys for a host that is known only at apply',
      { hostKeys: HostKeys.fromKnownHostsFile('known_hosts'), host: Token.asString({ resolve: () => 'a' }) },
      'hostKeys: got known_hosts file "known_hosts" for a host or port that is known only at apply, expected a literal ' +
        'host and port; use HostKeys.pinned or HostKeys.certificateAuthority',
    ],
    ['no ssh options', { ssh: undefined }, 'ssh: got nothing, expected an object of options; write { name: value }'],
    [
      'a misspelt ssh option',
      { ssh: { bootTimeoutSecond: 600 } },
      'ssh.bootTimeoutSecond: got an unknown option, expected one of user, port, identityFile, jumpHosts, ' +
        'privilegeEscalation, connectTimeoutSeconds, bootTimeoutSeconds; did you mean bootTimeoutSeconds?',
    ],
    ['no port', { ssh: { port: 0 } }, `ssh.port: got 0, expected ${PORT}; give the port that sshd listens on`],
    [
      'a port as text',
      { ssh: { port: '2222' } },
      `ssh.port: got "2222", expected ${PORT}; give a number, not a string`,
    ],
    [
      'a port that is null',
      { ssh: { port: null } },
      `ssh.port: got null, expected ${PORT}; give the port that sshd listens on`,
    ],
    [
      'no dependencies',
      { dependencies: undefined },
      'dependencies: got nothing, expected a list of what a deployment waits for; give the resource that makes the ' +
        'server, or [] if the host exists already',
    ],
    [
      'one dependency without a list',
      { dependencies: 'terraform_data.web' },
      'dependencies: got "terraform_data.web", expected a list; write it as an array',
    ],
    [
      'a list of dependencies that is known only at apply',
      { dependencies: Token.asList({ resolve: () => [] }) },
      'dependencies: got a Terraform token, expected a literal; give the value itself: it is needed at synth, and a ' +
        'token has its value only at apply',
    ],
  ])('a deployment refuses a machine with %s, by the path of the machine', (_what, fields, message) => {
    expect(refusal(() => deploy(new OwnMachine(fields)))).toBe(`[stack/mine] ${message}`);
  });

  it.each<[string, () => unknown, string]>([
    [
      'a text',
      () => 'terraform_data.web',
      `got "terraform_data.web", expected ${DEPENDABLE}; give the resource itself`,
    ],
    ['nothing', () => undefined, `got nothing, expected ${DEPENDABLE}; give the resource itself`],
    ['null', () => null, `got null, expected ${DEPENDABLE}; give the resource itself`],
    ['a token', text, `got a Terraform token, expected ${DEPENDABLE}; give the resource itself`],
    [
      'a plain construct',
      () => new Construct(stack, 'plain'),
      `got the construct stack/plain, expected ${DEPENDABLE}; give the resources in it, or use node.addDependency`,
    ],
  ])('synth refuses a machine that depends on %s', (_what, dependency, message) => {
    deploy(new OwnMachine({ dependencies: [dependency()] }));
    expect(refusal(() => project.synth())).toContain(`[stack/system] machine.dependencies: ${message}`);
  });

  it('a deployment waits for what its machine depends on, and takes tokens for host, identity, port and keys', () => {
    const server = new DataResource(stack, 'server', { input: {} });
    const port = Token.asNumber(server.getNumberAttribute('output.port'));
    const hostKeys = HostKeys.pinned([server.getStringAttribute('output.key')]);
    const host = server.getStringAttribute('output.ip');
    deploy(new OwnMachine({ host, identity: server.id, hostKeys, ssh: { port }, dependencies: [server] }));
    const { depends_on, triggers } = project.synth().resource.null_resource.system;
    expect(depends_on).toEqual(['terraform_data.server']);
    expect(triggers.machine).toBe('${terraform_data.server.id}');
  });

  it('a machine of the user refuses its own props in the words of this package', () => {
    class Small extends NixosMachine {
      readonly host = 'web.example';
      readonly identity = 'i-1';
      readonly hostKeys = HostKeys.pinned([ed25519()]);
      readonly ssh = {};
      readonly dependencies = [];

      constructor(id: string, memoryMib: number) {
        super(stack, id);
        if (memoryMib >= 256) return;
        const fix = 'give it more';
        throw new InputError(this.node.path, 'memoryMib', {
          given: String(memoryMib),
          expected: 'at least 256 MiB',
          fix,
        });
      }
    }
    deploy(new Small('small', 256));
    expect(refusal(() => new Small('smaller', 255))).toBe(
      '[stack/smaller] memoryMib: got 255, expected at least 256 MiB; give it more',
    );
  });
});
