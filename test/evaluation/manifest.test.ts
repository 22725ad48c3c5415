import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import { DataResource, TerraformOutput, TerraformVariable } from 'cdktf';
import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { DeploymentGoal } from '../../lib/deployment-goal';
import { DeploymentResource } from '../../lib/deployment-resource';
import { HostKeys } from '../../lib/host-keys';
import { NixosDeployment } from '../../lib/nixos-deployment';
import { type MachineAttributes, NixosMachine } from '../../lib/nixos-machine';
import { PrivilegeEscalation } from '../../lib/privilege-escalation';
import { SecretSource } from '../../lib/secret-source';
import schema from '../../schema/manifest.json';
import { configuration, evaluatedConfiguration } from '../support/configuration';
import { Project, project, stack, useProject } from '../support/project';
import { ed25519, rsa } from '../support/public-keys';
import { refusal } from '../support/refusal';

useProject();

const hostKeys = HostKeys.pinned([ed25519()]);
const TOPLEVEL = configuration().toplevel;

function machine(id: string, attributes: Partial<MachineAttributes> = {}, scope: Construct = stack) {
  return NixosMachine.fromHost(scope, `${id}-host`, { host: `${id}.example`, hostKeys, ...attributes });
}

function text(of: Project = project): string {
  return readFileSync(path.join(of.app.outdir, 'nixos', 'manifest.json'), 'utf8');
}

function manifest(): any {
  project.synth();
  return JSON.parse(text());
}

/** The schema as it would be if it allowed nothing but what it names: what synth writes is all in it. */
function closed(part: any): any {
  if (Array.isArray(part)) return part.map(closed);
  if (typeof part !== 'object' || part === null) return part;
  const members = Object.fromEntries(Object.entries(part).map(([name, member]) => [name, closed(member)]));
  return 'properties' in part && !('additionalProperties' in part)
    ? { ...members, additionalProperties: false }
    : members;
}

function validationErrors(data: unknown, of: object = schema): unknown {
  const validate = new Ajv({ allErrors: true }).compile(of);
  return validate(data) ? [] : validate.errors;
}

describe('the manifest of a synth', () => {
  it('a deployment is listed with where it is, which machine it is, how to log in and what runs there', () => {
    new NixosDeployment(stack, 'web', { machine: machine('web'), configuration: configuration() });
    expect(manifest()).toEqual({
      format: 2,
      flakes: {},
      results: [],
      deployments: [
        {
          construct: 'stack/web',
          stack: 'stack',
          address: 'null_resource.web',
          machine: {
            construct: 'stack/web-host',
            identity: 'web.example',
            connection: {
              host: 'web.example',
              user: 'root',
              port: 22,
              hostKeys: [{ publicKey: ed25519(), certificateAuthority: false }],
              jumpHosts: [],
              privilegeEscalation: 'none',
              connectTimeoutSeconds: 10,
              bootTimeoutSeconds: 120,
            },
          },
          goal: 'switch',
          toplevel: TOPLEVEL,
          activationTimeoutSeconds: 300,
          confirmTimeoutSeconds: 60,
          settleSeconds: 5,
        },
      ],
    });
  });

  it('what only Terraform knows is listed as an expression, and values and secrets are not listed', () => {
    deployEverything();
    const { machine: listed, ...deployment } = manifest().deployments[0];
    expect(deployment).toMatchObject({ address: 'terraform_data.service_system_AA20F90D', goal: 'boot' });
    expect(listed.identity).toEqual({ expression: 'terraform_data.server.id' });
    expect(listed.connection).toMatchObject({
      host: { expression: 'terraform_data.server.output.ip' },
      user: { expression: '"admin-${var.user}"' },
      port: { expression: 'var.port' },
      privilegeEscalation: 'sudo',
      identityFile: '~/.ssh/deploy',
      hostKeys: [{ publicKey: { expression: 'var.key' }, certificateAuthority: false }],
      jumpHosts: [{ host: 'bastion', port: 2222, hostKeys: [{ publicKey: rsa, certificateAuthority: true }] }],
    });
    expect(text()).not.toContain('a value of the host');
    expect(text()).not.toMatch(/secret|api.token|2026-11|billing/);
  });

  function deployEverything(): void {
    const token = (id: string, type: string) => new TerraformVariable(stack, id, { type });
    const server = new DataResource(stack, 'server', { input: {} });
    const jumpHosts = [{ host: 'bastion', port: 2222, hostKeys: HostKeys.certificateAuthority(rsa) }];
    new NixosDeployment(new Construct(stack, 'service'), 'system', {
      machine: machine('web', {
        host: server.getStringAttribute('output.ip'),
        identity: server.id,
        hostKeys: HostKeys.pinned([token('key', 'string').stringValue]),
        ssh: {
          user: `admin-${token('user', 'string').stringValue}`,
          port: token('port', 'number').numberValue,
          identityFile: '~/.ssh/deploy',
          privilegeEscalation: PrivilegeEscalation.SUDO,
          jumpHosts,
        },
      }),
      configuration: configuration(),
      goal: DeploymentGoal.BOOT,
      resource: DeploymentResource.TERRAFORM_DATA,
      values: { known: { value: 'a value of the host' } },
      secrets: {
        token: { source: SecretSource.command(['pass', 'api/token']), version: '2026-11', owner: 'billing' },
      },
    });
  }

  it('terraform console gives the value of an expression, alone or with text around it', () => {
    const user = new TerraformVariable(stack, 'user', { type: 'string', default: 'it\'s "$5"' }).stringValue;
    const deploy = (id: string, identity: string) =>
      new NixosDeployment(stack, id, {
        machine: machine(id, { identity }),
        configuration: configuration(),
        resource: DeploymentResource.TERRAFORM_DATA,
      });
    deploy('a', user);
    deploy('b', `100% "of" \\ $${user} %{x}\n`);
    const { deployments } = manifest();
    expect(project.terraform(['init']).exitCode).toBe(0);
    const values = deployments.map((deployment: any) => project.terraformValue(deployment.machine.identity.expression));
    expect(values).toEqual(['it\'s "$5"', '100% "of" \\ $it\'s "$5" %{x}\n']);
  });

  it('its schema accepts real manifests, names everything in them, and refuses others', () => {
    deployEverything();
    const configuration = evaluatedConfiguration({ networking: { hostName: 'web' } });
    new NixosDeployment(stack, 'evaluated', { machine: machine('evaluated'), configuration });
    const real = manifest();
    expect(real.deployments).toHaveLength(2);
    expect(real.results).toHaveLength(2);
    expect(validationErrors(real)).toEqual([]);
    expect(validationErrors(real, closed(schema))).toEqual([]);
    expect(validationErrors({ ...real, format: 1 })).not.toEqual([]);
    delete real.deployments[0].machine.connection.hostKeys;
    expect(validationErrors(real)).not.toEqual([]);
  });

  it('an evaluated deployment is listed with its derivation and platform', () => {
    const configuration = evaluatedConfiguration({ networking: { hostName: 'web' } });
    new NixosDeployment(stack, 'web', { machine: machine('web'), configuration });
    const { deployments, results } = manifest();
    expect(deployments[0]).toMatchObject({ system: 'x86_64-linux', drvPath: expect.stringMatching(/\.drv$/) });
    expect(results).toContainEqual(
      expect.objectContaining({ construct: 'stack/web', drvPath: deployments[0].drvPath }),
    );
  });

  it('deployments of all stacks are in it, sorted by construct path, whatever the order in the program', () => {
    const other = project.stack('another');
    for (const id of ['b', 'a']) {
      new NixosDeployment(stack, id, { machine: machine(id), configuration: configuration() });
      const to = machine(`other-${id}`, {}, other);
      new NixosDeployment(other, id, { machine: to, configuration: configuration() });
    }
    const paths = manifest().deployments.map(({ construct }: { construct: string }) => construct);
    expect(paths).toEqual(['another/a', 'another/b', 'stack/a', 'stack/b']);
  });

  it('it has the same bytes in another folder, and names none', () => {
    const other = new Project();
    for (const one of [project, other]) {
      const scope = one === project ? stack : other.stack();
      new NixosDeployment(scope, 'web', { machine: machine('web', {}, scope), configuration: configuration() });
      one.synth();
    }
    expect(text(other)).toBe(text());
    expect(text()).not.toContain(project.directory);
    other.remove();
  });

  it('a synth that fails in a later stack leaves the manifest of the last good one', () => {
    new NixosDeployment(stack, 'web', { machine: machine('web'), configuration: configuration('old') });
    project.synth();
    const before = text();
    project.newApp();
    const [first, second] = [project.stack(), project.stack('zz-second')];
    const deploy = (scope: typeof stack, id: string, dependsOn: never[]) =>
      new NixosDeployment(scope, id, {
        machine: machine(id, {}, scope),
        configuration: configuration('new'),
        dependsOn,
      });
    deploy(first, 'web', []);
    deploy(second, 'db', ['no address' as never]);
    expect(refusal(() => project.synth())).toContain('dependsOn[0]');
    expect(text()).toBe(before);
  });

  it('a program that only reads a configuration has a manifest without deployments', () => {
    new TerraformOutput(stack, 'toplevel', { value: evaluatedConfiguration({}).toplevel });
    expect(manifest()).toMatchObject({ deployments: [], results: [{ construct: 'stack' }] });
  });

  it('a program without NixOS has none', () => {
    new DataResource(stack, 'server', {});
    project.synth();
    expect(existsSync(path.join(project.app.outdir, 'nixos'))).toBe(false);
  });
});
