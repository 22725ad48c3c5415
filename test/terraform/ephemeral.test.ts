import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Aspects, DataResource, ref, TerraformLocal, TerraformResource, TerraformVariable, Token } from 'cdktf';
import { describe, expect, it } from 'vitest';
import { DeploymentResource } from '../../lib/deployment-resource';
import { SecretSource } from '../../lib/secret-source';
import { deploy } from '../deployment/secrets/support/deploy';
import { project, stack, useProject } from '../support/project';
import { refusal } from '../support/refusal';

useProject();

/** Where the program of a deployment is looked for in a file: the real client would log in to a host. */
const CLIENT = path.join('cdktf-nixos', 'launch.sh');
const SECRET = 'a-secret-of-terraform-0123456789';
const NOT_EPHEMERAL =
  '[stack/web] secrets.token.source: got a value that is not ephemeral, expected an ephemeral variable, or an attribute of ' +
  'an ephemeral resource: any other value is in the state or the plan; declare the variable with ephemeral = true, or use ' +
  'another source';

function variable(id: string, change: { readonly [name: string]: unknown } = {}): string {
  const declared = new TerraformVariable(stack, id, { type: 'string', default: SECRET });
  for (const [name, value] of Object.entries(change)) declared.addOverride(name, value);
  return declared.stringValue;
}

function deploying(value: string): void {
  const secrets = { token: { source: SecretSource.terraform(value), version: '1' } };
  deploy({ secrets, resource: DeploymentResource.TERRAFORM_DATA });
}

/** A plan, and its apply, of what was synthesized, with a client that only writes down its job. */
function applied(script = 'printf "%s" "$CDKTF_NIXOS_JOB" >job'): { readonly plan: string; readonly apply: string } {
  project.synth();
  writeFileSync(inStack(CLIENT), script);
  project.terraform(['init']);
  const plan = project.terraform(['plan', '-out', 'saved']).all;
  const apply = project.terraform(['apply', 'saved']).all;
  return { plan: words(plan), apply: words(apply) };
}

function inStack(file: string): string {
  return path.join(project.stackDirectory(), file);
}

/** Terraform breaks lines. */
function words(text: string): string {
  return text.replace(/[\s│╷╵]+/g, ' ');
}

describe('a secret that Terraform hands over', () => {
  it('an ephemeral value reaches the client, and is in no state, plan or output', () => {
    deploying(variable('token', { ephemeral: true, sensitive: true }));
    const { plan, apply } = applied('printf "%s" "$CDKTF_NIXOS_JOB" >job; echo "said: $CDKTF_NIXOS_JOB"');
    const job = JSON.parse(readFileSync(inStack('job'), 'utf8'));
    expect(job.secrets.token.origin).toEqual({ kind: 'terraform', value: SECRET });
    expect(apply).toContain('output suppressed due to ephemeral value in config');
    expect(apply).toContain('Apply complete!');
    const state = readFileSync(path.join(project.directory, 'stack.tfstate'), 'utf8');
    expect(state).toContain('terraform_data');
    for (const text of [plan, apply, state]) expect(text).not.toContain(SECRET);
  });

  it('the synthesized stack has the version of Terraform that it needs, and the test that the value is ephemeral', () => {
    deploying(variable('token', { ephemeral: true }));
    deploy({}, 'other');
    const { terraform, locals, resource } = project.synth();
    expect(terraform.required_version).toBe('>= 1.10.0');
    const [[name, test]] = Object.entries(locals);
    expect(test).toBe('${ephemeralasnull(var.token) == null}');
    expect(resource.terraform_data.web.lifecycle).toEqual({
      precondition: [{ condition: `\${local.${name}}`, error_message: NOT_EPHEMERAL }],
    });
    expect(resource.null_resource.other).not.toHaveProperty('lifecycle');
  });

  it('a stack without such secrets works with any Terraform', () => {
    deploy({ secrets: { token: { source: SecretSource.environment('TOKEN'), version: '1' } } });
    const { terraform, locals } = project.synth();
    expect(terraform).not.toHaveProperty('required_version');
    expect(locals).toBeUndefined();
  });

  it('a version that the user requires stays', () => {
    stack.addOverride('terraform.required_version', '>= 1.11.4');
    deploying(variable('token', { ephemeral: true }));
    expect(project.synth().terraform.required_version).toBe('>= 1.11.4');
  });

  it.each([
    ['an ordinary variable', {}],
    ['a sensitive variable', { sensitive: true }],
  ])('%s is refused at plan, and not shown', (_, change) => {
    deploying(variable('token', change));
    const { plan, apply } = applied();
    expect(plan).toContain(words(NOT_EPHEMERAL));
    expect(plan).not.toContain(SECRET);
    expect(apply).toContain('Cannot apply incomplete plan');
    expect(existsSync(inStack('job'))).toBe(false);
  });

  it('a value that Terraform learns at apply is refused before the deployment, and not shown', () => {
    const made = new DataResource(stack, 'made', { input: { secret: SECRET } });
    deploying(new TerraformLocal(stack, 'hidden', made.output).asString);
    const { apply } = applied();
    expect(apply).toContain(words(NOT_EPHEMERAL));
    expect(apply).not.toContain(SECRET);
    expect(existsSync(inStack('job'))).toBe(false);
  });

  it('an attribute of a resource is refused at synth', () => {
    const made = new DataResource(stack, 'made', { input: { secret: SECRET } });
    deploying(Token.asString(made.output));
    expect(refusal(() => project.synth())).toContain(NOT_EPHEMERAL);
  });

  it('an attribute of an ephemeral resource is taken', () => {
    deploying(Token.asString(ref('ephemeral.vault_kv_secret_v2.api.data["token"]', stack)));
    expect(
      project.synth().resource.terraform_data.web.provisioner[0]['local-exec'].environment.CDKTF_NIXOS_JOB,
    ).toContain('${nonsensitive(sensitive(jsonencode(ephemeral.vault_kv_secret_v2.api.data["token"])))}');
  });

  it('a lifecycle that an aspect replaces is refused', () => {
    deploying(variable('token', { ephemeral: true }));
    Aspects.of(stack).add({
      visit: (node) => {
        if (TerraformResource.isTerraformResource(node)) node.lifecycle = { preventDestroy: true };
      },
    });
    expect(refusal(() => project.synth())).toContain(
      '[stack/web] lifecycle: got another lifecycle, without the test that the secrets are ephemeral, expected its ' +
        'preconditions; add to the lifecycle of the resource instead of replacing it',
    );
  });
});

describe('the output that Terraform hides', () => {
  it('the job names a file for the output, and synth names it to the user', () => {
    deploying(variable('token', { ephemeral: true }));
    const { resource } = project.synth();
    const text = resource.terraform_data.web.provisioner[0]['local-exec'].environment.CDKTF_NIXOS_JOB;
    expect(text).toContain('"log":"logs/terraform_data.web.log"');
    expect(project.annotations()).toContainEqual(
      expect.objectContaining({
        level: '@cdktf/info',
        message: expect.stringContaining(
          'read stacks/stack/cdktf-nixos/logs/terraform_data.web.log in the output folder',
        ),
      }),
    );
  });

  it('the client writes the file for this user only, anew in each apply', () => {
    deploying(variable('token', { ephemeral: true }));
    // There is no such system: the client ends before it logs in anywhere.
    const log = inStack(path.join('cdktf-nixos', 'logs', 'terraform_data.web.log'));
    project.synth();
    project.terraform(['init']);
    const apply = () => words(project.terraform(['apply', '-auto-approve']).all);
    expect(apply()).toContain('output suppressed');
    const first = readFileSync(log, 'utf8');
    expect(first).toMatch(
      /^web-host: log: also written to \/.*\/logs\/terraform_data\.web\.log\nweb-host: failed: .*\nweb-host: host: was not /,
    );
    expect(statSync(log).mode & 0o777).toBe(0o600);
    expect(first).not.toContain(SECRET);
    apply();
    expect(readFileSync(log, 'utf8')).toBe(first);
  });
});
