import { existsSync } from 'node:fs';
import path from 'node:path';
import { DataResource, TerraformVariable } from 'cdktf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HostKeys } from '../../lib/host-keys';
import type { MachineAttributes } from '../../lib/nixos-machine';
import { NixosDeployment } from '../../lib/nixos-deployment';
import { NixosMachine } from '../../lib/nixos-machine';
import { configuration } from '../support/configuration';
import { ed25519 } from '../support/public-keys';
import { Project } from '../support/project';

let project: Project;

beforeEach(() => {
  project = new Project();
});
afterEach(() => project.remove());

/** What the real client, started by the real terraform, says of a value that was not known before. */
function applied(
  type: string,
  value: string | number,
  attributes: (token: TerraformVariable) => Partial<MachineAttributes>,
) {
  const stack = project.stack();
  const token = new TerraformVariable(stack, 'token', { type });
  const given = { host: '203.0.113.7', hostKeys: HostKeys.pinned([ed25519()]), ...attributes(token) };
  const machine = NixosMachine.fromHost(stack, 'web', { identity: 'web', ...given });
  new NixosDeployment(stack, 'web-system', { machine, configuration: configuration() });
  project.synth();
  expect(project.terraform(['init']).exitCode).toBe(0);
  const { exitCode, all } = project.terraform(['apply', '-auto-approve', `-var=token=${value}`]);
  expect(exitCode).toBe(1);
  return all.replace(/\s+/g, ' ');
}

describe('a value that is known only at apply is refused there, in the words of synth', () => {
  it('a wrong host that synth could not know is refused at apply', () => {
    const output = applied('string', '-oProxyCommand=touch proof', ({ stringValue }) => ({ host: stringValue }));
    expect(output).toContain(
      'host: got "-oProxyCommand=touch proof", expected a host name, an IPv4 address or an IPv6 address',
    );
    expect(output).toContain('to do: a host does not start with a dash; ssh options are not given here');
    expect(output).toContain('exit status 64');
    expect(existsSync(path.join(project.stackDirectory(), 'proof'))).toBe(false);
  });

  it('a host that is null at apply is refused', () => {
    const stack = project.stack();
    const data = new DataResource(stack, 'data', { input: { text: 'a' } });
    const host = data.getStringAttribute('output.text == "b" ? "c" : null');
    const machine = NixosMachine.fromHost(stack, 'web', {
      host,
      identity: 'w',
      hostKeys: HostKeys.pinned([ed25519()]),
    });
    new NixosDeployment(stack, 'web-system', { machine, configuration: configuration() });
    project.synth();
    project.terraform(['init']);
    const output = project.terraform(['apply', '-auto-approve']).all.replace(/\s+/g, ' ');
    expect(output).toContain('host: got null, expected a host name, an IPv4 address or an IPv6 address');
  });

  it('a wrong user that synth could not know is refused at apply', () => {
    const output = applied('string', 'root;id', ({ stringValue }) => ({ ssh: { user: stringValue } }));
    expect(output).toContain('user: got "root;id", expected a user name');
  });

  it('a wrong port that synth could not know is refused at apply', () => {
    const output = applied('number', 65536, ({ numberValue }) => ({ ssh: { port: numberValue } }));
    expect(output).toContain('port: got 65536, expected a port: a whole number from 1 to 65535');
  });

  it('a wrong host key that synth could not know is refused at apply', () => {
    const output = applied('string', '-----BEGIN OPENSSH PRIVATE KEY-----', ({ stringValue }) => ({
      hostKeys: HostKeys.pinned([stringValue]),
    }));
    expect(output).toContain('got a private key (not shown), expected one SSH public key');
    expect(output).not.toContain('BEGIN OPENSSH');
  });

  it('a wrong jump host that synth could not know is refused at apply', () => {
    const hostKeys = HostKeys.pinned([ed25519()]);
    const output = applied('string', 'a b', ({ stringValue }) => ({
      ssh: { jumpHosts: [{ host: stringValue, hostKeys }] },
    }));
    expect(output).toContain('host: got "a b", expected a host name');
  });
});
