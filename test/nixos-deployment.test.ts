import path from 'node:path';
import type { TerraformStack } from 'cdktf';
import { DataResource, TerraformOutput, TerraformVariable } from 'cdktf';
import { Construct } from 'constructs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeploymentGoal } from '../lib/deployment-goal';
import { DeploymentResource } from '../lib/deployment-resource';
import { HostKeys } from '../lib/host-keys';
import { NixosConfiguration } from '../lib/nixos-configuration';
import type { NixosDeploymentProps } from '../lib/nixos-deployment';
import { NixosDeployment } from '../lib/nixos-deployment';
import type { INixosMachine, MachineAttributes } from '../lib/nixos-machine';
import { NixosMachine } from '../lib/nixos-machine';
import { NixosModule } from '../lib/nixos-module';
import { countedNix } from './evaluation/support/counted-nix';
import { configuration, evaluatedConfiguration } from './support/configuration';
import { jobIn } from './support/job-text';
import { ed25519 } from './support/public-keys';
import { Project } from './support/project';

const TOPLEVEL = configuration().toplevel;

let project: Project;
let stack: TerraformStack;

beforeEach(() => {
  project = new Project();
  stack = project.stack();
});
afterEach(() => {
  vi.restoreAllMocks();
  project.remove();
});

function machine(id = 'web', attributes: Partial<MachineAttributes> = {}, scope: Construct = stack): INixosMachine {
  const hostKeys = HostKeys.pinned([ed25519()]);
  return NixosMachine.fromHost(scope, id, { host: `${id}.example`, hostKeys, ...attributes });
}

function deploy(props: Partial<NixosDeploymentProps> = {}, id = 'web-system', scope: Construct = stack) {
  const to = props.machine ?? machine(id === 'web-system' ? 'web' : `${id}-host`, {}, scope);
  return new NixosDeployment(scope, id, { machine: to, configuration: configuration(), ...props });
}

describe('the triggers are a contract', () => {
  it('the triggers of the smallest deployment are a contract', () => {
    deploy();
    expect(project.synth().resource.null_resource['web-system'].triggers).toEqual({
      goal: 'switch',
      machine: 'web.example',
      toplevel: TOPLEVEL,
    });
  });

  it('the triggers of a deployment with everything are a contract', () => {
    const id = new TerraformVariable(stack, 'server-id', { type: 'string' }).stringValue;
    const endpoint = new TerraformVariable(stack, 'endpoint', { type: 'string' }).stringValue;
    deploy({
      machine: machine('web', { identity: id, ssh: { port: 2222, connectTimeoutSeconds: 5 } }),
      goal: DeploymentGoal.BOOT,
      values: { dbEndpoint: { value: endpoint, restartUnits: ['app.service'] }, limits: { value: { files: 10 } } },
      triggers: { certificate: id, note: 'costs ${amount}' },
      activationTimeoutSeconds: 600,
      confirmTimeoutSeconds: 30,
    });
    expect(project.synth().resource.null_resource['web-system'].triggers).toEqual({
      certificate: '${var.server-id}',
      goal: 'boot',
      machine: '${var.server-id}',
      note: 'costs $${amount}',
      toplevel: TOPLEVEL,
      values: String.raw`${'$'}{sha256(jsonencode(jsondecode("{\"dbEndpoint\":${'$'}{jsonencode(var.endpoint)},\"limits\":{\"files\":10}}")))}`,
    });
  });

  it('the triggers are the same in terraform_data', () => {
    deploy({ resource: DeploymentResource.TERRAFORM_DATA, triggers: { mine: '1' } });
    expect(project.synth().resource.terraform_data['web-system'].triggers_replace).toEqual({
      goal: 'switch',
      machine: 'web.example',
      mine: '1',
      toplevel: TOPLEVEL,
    });
  });

  it('the triggers do not change with the address, ssh options, limits and units', () => {
    const identity = 'i-1';
    deploy({ machine: machine('a', { identity }), values: { x: { value: 1 } } }, 'one');
    const before = project.synth().resource.null_resource.one.triggers;
    const other = new Project();
    const changed = { identity, host: '203.0.113.9', ssh: { port: 2222, identityFile: '~/key' } };
    const otherStack = other.stack();
    const values = { x: { value: 1, restartUnits: ['x.service'] } };
    const to = machine('b', changed, otherStack);
    deploy({ machine: to, values, activationTimeoutSeconds: 9, confirmTimeoutSeconds: 99 }, 'one', otherStack);
    expect(other.synth().resource.null_resource.one.triggers).toEqual(before);
    other.remove();
  });
});

describe('the resource', () => {
  it('the resource runs one constant command, with all values in one variable, and nothing at destruction', () => {
    deploy({ values: { hostile: { value: '$(id) ${x}' } } });
    const { provisioner, lifecycle } = project.synth().resource.null_resource['web-system'];
    expect(lifecycle).toBeUndefined();
    expect(provisioner).toEqual([
      {
        'local-exec': {
          command: 'exec sh cdktf-nixos/launch.sh',
          working_dir: '${path.module}',
          environment: { CDKTF_NIXOS_JOB: expect.any(String) },
        },
      },
    ]);
    expect(jobIn({ provisioner })).toEqual({
      format: 1,
      kind: 'deployment',
      path: 'stack/web-system',
      machine: 'stack/web',
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
      owner: { project: 'cdktf-nixos', stack: 'stack', workspace: 'default' },
      goal: 'switch',
      toplevel: TOPLEVEL,
      activationTimeoutSeconds: 300,
      confirmTimeoutSeconds: 60,
      settleSeconds: 5,
      values: { hostile: { value: '$(id) ${x}', restartUnits: [] } },
    });
  });

  it('the resource has the address of the construct, also inside a construct of the user', () => {
    const service = new Construct(stack, 'service');
    deploy({}, 'system', service);
    deploy({}, 'web-system');
    const names = Object.keys(project.synth().resource.null_resource);
    expect(names).toEqual(['service_system_AA20F90D', 'web-system']);
  });
});

describe('outputs', () => {
  it('the store paths are literals at plan, and the deployed one is a reference', () => {
    const deployment = deploy();
    new TerraformOutput(stack, 'planned', { value: deployment.toplevel });
    new TerraformOutput(stack, 'deployed', { value: deployment.deployedToplevel });
    expect(project.synth().output).toEqual({
      planned: { value: TOPLEVEL },
      deployed: { value: '${null_resource.web-system.triggers["toplevel"]}' },
    });
  });

  it('the real terraform reads the deployed store path after the deployment, also in another stack', () => {
    const first = deploy({ resource: DeploymentResource.TERRAFORM_DATA });
    const other = project.stack('other');
    new TerraformOutput(other, 'deployed', { value: first.deployedToplevel });
    new DataResource(stack, 'after', { triggersReplace: { deployed: first.deployedToplevel } });
    project.synth();
    project.synth('other');
    expect(project.terraform(['init']).exitCode).toBe(0);
    expect(project.terraform(['graph']).stdout).toMatch(/"terraform_data.after" -> "terraform_data.web-system"/);
    expect(project.terraform(['validate'], 'stack').all).toContain('valid');
    expect(project.terraform(['init'], 'other').exitCode).toBe(0);
    expect(project.terraform(['validate'], 'other').all).toContain('valid');
  });
});

describe('one machine has one deployment', () => {
  const refusal = (path: string, identity: string, other: string) =>
    `[${path}] machine.identity: got ${identity} here and in ${other}, expected one deployment for each ` +
    'machine; remove one, or, if they are different hosts, give the machines different identities';

  it('two deployments of the same machine fail', () => {
    const web = machine();
    deploy({ machine: web });
    const again = () => deploy({ machine: web }, 'again');
    expect(again).toThrow(refusal('stack/again', '"web.example"', 'stack/web-system'));
  });

  it('two machines with one host fail, in whatever spelling and stack', () => {
    deploy({ machine: machine('web', { host: 'WEB.example.' }) });
    const other = project.stack('other');
    const again = () => deploy({ machine: machine('same', { host: 'web.example' }, other) }, 'again', other);
    expect(again).toThrow(refusal('other/again', '"web.example"', 'stack/web-system'));
  });

  it('two machines with the same expression as identity fail before anything is evaluated', () => {
    const server = new DataResource(stack, 'server', { input: {} });
    const failing = evaluatedConfiguration({ no: { such: { option: 1 } } });
    deploy({ configuration: failing }, 'first');
    deploy({ machine: machine('web', { identity: server.getStringAttribute('id') }), configuration: failing });
    deploy({ machine: machine('same', { identity: server.getStringAttribute('id') }) }, 'again');
    const commands = countedNix(() =>
      expect(() => project.synth()).toThrow(refusal('stack/web-system', 'one Terraform expression', 'stack/again')),
    );
    expect(commands).toEqual([]);
  });

  it('two machines behind one address with identities of their own may both be deployed', () => {
    deploy({ machine: machine('a', { host: 'nat.example', identity: 'a', ssh: { port: 2201 } }) }, 'a-system');
    deploy({ machine: machine('b', { host: 'nat.example', identity: 'b', ssh: { port: 2202 } }) }, 'b-system');
    expect(Object.keys(project.synth().resource.null_resource)).toEqual(['a-system', 'b-system']);
  });

  it('a machine whose deployment the program has removed again may be deployed once', () => {
    const server = new DataResource(stack, 'server', { input: {} });
    const again = (id: string, identity: string) => deploy({ machine: machine(id, { identity }) }, `${id}-system`);
    again('a', 'disk-1');
    again('b', server.id);
    for (const id of ['a-system', 'b-system']) stack.node.tryRemoveChild(id);
    again('c', 'disk-1');
    again('d', server.id);
    expect(Object.keys(project.synth().resource.null_resource)).toEqual(['c-system', 'd-system']);
    again('e', server.id);
    expect(() => project.synth()).toThrow(refusal('stack/d-system', 'one Terraform expression', 'stack/e-system'));
  });

  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['10.0.0.1', '::ffff:10.0.0.1'],
    ['::FFFF:a00:1', '10.0.0.1'],
  ])('the hosts %s and %s are one host, whatever the identities of their machines', (host, same) => {
    deploy({ machine: machine('a', { host, identity: 'a' }) }, 'a-system');
    const again = () => deploy({ machine: machine('b', { host: same, identity: 'b', ssh: { port: 22 } }) }, 'b-system');
    expect(again).toThrow(
      `[stack/b-system] machine.host: got "${same}" (port 22) of stack/b here and "${host}" of stack/a in ` +
        'stack/a-system, expected one deployment for each host; remove one of the deployments; different hosts have ' +
        'different addresses, ports or jump hosts',
    );
  });

  it('a host whose deployment the program has removed again may be deployed under another identity', () => {
    deploy({ machine: machine('a', { host: '10.0.0.1', identity: 'a' }) }, 'a-system');
    stack.node.tryRemoveChild('a-system');
    expect(() => deploy({ machine: machine('b', { host: '10.0.0.1', identity: 'b' }) }, 'b-system')).not.toThrow();
  });

  it('one private address behind different jump hosts, and beside them, is different machines', () => {
    const hostKeys = HostKeys.pinned([ed25519()]);
    const behind = (...hosts: string[]) => ({ jumpHosts: hosts.map((host) => ({ host, hostKeys })) });
    const host = '10.0.0.1';
    const ways = [behind(), behind('berlin.example'), behind('paris.example'), behind('berlin.example', '10.9.9.9')];
    ways.forEach((ssh, i) => deploy({ machine: machine(`m${i}`, { host, identity: `m${i}`, ssh }) }, `s${i}`));
    const again = { machine: machine('fifth', { host, identity: 'x', ssh: behind('Paris.example.') }) };
    expect(() => deploy(again, 'again')).toThrow('of stack/fifth here and "10.0.0.1" of stack/m2 in stack/s2');
  });

  it('the same expression in two stacks is two machines', () => {
    for (const id of ['one', 'two']) {
      const scope = project.stack(id);
      const server = new DataResource(scope, 'server', { input: {} });
      deploy({ machine: machine('web', { host: `${id}.example`, identity: server.id }, scope) }, 'web-system', scope);
    }
    expect(Object.keys(project.synth('two').resource.null_resource)).toEqual(['web-system']);
  });
});

it('an evaluated configuration reaches triggers, job and outputs', () => {
  const deployment = deploy({ configuration: evaluatedConfiguration({ networking: { hostName: 'web' } }) });
  new TerraformOutput(stack, 'drv', { value: deployment.drvPath });
  const { resource, output } = project.synth();
  const { triggers } = resource.null_resource['web-system'];
  const job = jobIn(resource.null_resource['web-system']);
  expect(triggers.toplevel).toMatch(/^\/nix\/store\/[0-9a-z]{32}-nixos-system-web/);
  expect(job).toMatchObject({ toplevel: triggers.toplevel, drvPath: output.drv.value, system: 'x86_64-linux' });
  expect(job.drvPath).toMatch(/\.drv$/);
});

it('a failed evaluation fails with the message of Nix and the path of the construct', () => {
  deploy({ configuration: evaluatedConfiguration({ no: { such: { option: 1 } } }) });
  expect(() => project.synth()).toThrow(/\[stack\/web-system\].*The option `no' does not exist/s);
});

it('an error that is not of the evaluation is thrown as it is', () => {
  const fail = (): never => {
    throw new TypeError('a mistake of ours');
  };
  const handle = { result: fail, tryResult: fail, problems: () => [] };
  vi.spyOn(NixosConfiguration.prototype, '_evaluation').mockReturnValue(handle);
  deploy({ configuration: evaluatedConfiguration({}) });
  expect(() => project.synth()).toThrow(TypeError);
});

it('a deployment fails when the system cannot be switched to', () => {
  deploy({ configuration: evaluatedConfiguration({ system: { switch: { enable: false } } }) });
  expect(() => project.synth()).toThrow(
    '[stack/web-system] configuration: got a system without bin/switch-to-configuration (system.switch.enable = ' +
      'false), expected one that can be switched to; set system.switch.enable = true in the configuration',
  );
});

describe('the values of a deployment', () => {
  const root = path.join(__dirname, '..', 'nix', 'modules');
  const declared = (...names: string[]) =>
    evaluatedConfiguration({ 'cdktf-nixos': { values: Object.fromEntries(names.map((name) => [name, {}])) } }).extend({
      modules: [NixosModule.fromFile(path.join(root, 'values.nix'), { root })],
    });
  const warnings = () => project.annotations().map(({ message }) => message);

  it('a deployment has the values that the configuration declares', () => {
    deploy({ configuration: declared('dbEndpoint', 'other'), values: { dbEndpoint: { value: 1 } } });
    expect(project.synth().resource.null_resource['web-system'].triggers).toHaveProperty('values');
    expect(warnings()).toEqual([]);
  });

  it('a value that the configuration does not declare fails by its name', () => {
    const long = `${'long-name.'.repeat(6)}long`;
    const values = { dbEndpont: { value: 1 }, 'a.b': { value: 2 }, [long]: { value: 3 } };
    deploy({ configuration: declared('dbEndpoint', 'other'), values });
    expect(() => project.synth()).toThrow(
      '[stack/web-system] values: got "dbEndpont", expected values that the configuration declares (dbEndpoint, ' +
        'other); did you mean dbEndpoint? otherwise declare it in the configuration: cdktf-nixos.values.dbEndpont = { };',
    );
    expect(() => project.synth()).toThrow(
      '[stack/web-system] values: got "a.b", expected values that the configuration declares (dbEndpoint, other); ' +
        'declare it in the configuration: cdktf-nixos.values."a.b" = { };',
    );
    expect(() => project.synth()).toThrow(`declare it in the configuration: cdktf-nixos.values."${long}" = { };`);
  });

  it('values are not checked, with a warning, when the configuration does not import the module', () => {
    deploy({ configuration: evaluatedConfiguration({}), values: { x: { value: 1 } } });
    project.synth();
    expect(warnings()).toEqual([expect.stringContaining('a configuration without the option cdktf-nixos.values')]);
  });
});
