import { createRequire } from 'node:module';
import { DataResource, Fn, Lazy, TerraformLocal, TerraformVariable } from 'cdktf';
import { describe, expect, it } from 'vitest';
import { HostKeys } from '../../lib/host-keys';
import { NixosDeployment } from '../../lib/nixos-deployment';
import { NixosMachine } from '../../lib/nixos-machine';
import { configuration } from '../support/configuration';
import { project, stack, useProject } from '../support/project';
import { ed25519 } from '../support/public-keys';
import { refusal } from '../support/refusal';

useProject();

/** cdktf as a program gets it that has another copy of it than this package. */
function otherCopy(): typeof import('cdktf') {
  const require = createRequire(__filename);
  const loaded = Object.keys(require.cache).filter((file) => file.includes('/node_modules/cdktf/'));
  for (const file of loaded) delete require.cache[file];
  return require('cdktf') as typeof import('cdktf');
}

function deploy(value: unknown): void {
  const hostKeys = HostKeys.pinned([ed25519()]);
  const machine = NixosMachine.fromHost(stack, 'web', { host: 'web.example', hostKeys });
  new NixosDeployment(stack, 'web-system', { machine, configuration: configuration(), values: { x: { value } } });
}

function variable(sensitive: boolean, scope = stack): TerraformVariable {
  return new TerraformVariable(scope, 'password', { type: 'string', sensitive });
}

describe('a value that is sensitive by the program is refused at synth', () => {
  it('a sensitive variable is refused with advice', () => {
    deploy(variable(true).stringValue);
    expect(refusal(() => project.synth())).toContain(
      'values.x.value: got var.password, which is sensitive, expected a value that every user of the host may read, and ' +
        'whose digest may be in the state; give a secret as one (secrets: { ... }); if it is not a secret, use ' +
        'Fn.nonsensitive',
    );
  });

  it.each<[string, (secret: TerraformVariable) => unknown, string]>([
    ['a number', (secret) => secret.numberValue, 'x.value: got var.password'],
    [
      'part of a text',
      (secret) => ({ url: [`db://me:${secret.stringValue}@host`] }),
      'x.value.url[0]: got var.password',
    ],
    ['an argument', (secret) => Fn.base64encode(Fn.join('-', ['a', secret.stringValue])), 'x.value: got var.password'],
    ['a name', (secret) => ({ [secret.stringValue]: 1 }), 'x.value.<token>: got var.password'],
    ['lazy', (secret) => Lazy.stringValue({ produce: () => secret.stringValue }), 'x.value: got var.password'],
    [
      'in a local',
      (secret) => new TerraformLocal(stack, 'l', { a: [secret.value] }).expression,
      'x.value: got local.l',
    ],
    ['by way of a local', (secret) => new TerraformLocal(stack, 'l', `a${secret.stringValue}`).asString, 'got local.l'],
    ['of another stack', () => variable(true, project.stack('other')).stringValue, 'x.value: got var.password'],
    ['marked as sensitive', () => Fn.sensitive('text'), 'x.value: got sensitive(...)'],
  ])('a sensitive value that is %s is refused', (_, value, message) => {
    deploy(value(variable(true)));
    expect(refusal(() => project.synth())).toContain(message);
  });

  it('a sensitive variable, and a local that holds it, of another copy of cdktf are refused', () => {
    const other = otherCopy();
    expect(other.TerraformVariable).not.toBe(TerraformVariable);
    const secret = new other.TerraformVariable(stack, 'password', { type: 'string', sensitive: true });
    const local = new other.TerraformLocal(stack, 'l', `a${secret.stringValue}`);
    deploy([secret.stringValue, local.asString]);
    const problems = refusal(() => project.synth());
    expect(problems).toContain('values.x.value[0]: got var.password');
    expect(problems).toContain('values.x.value[1]: got local.l');
  });
});

it.each<[string, () => unknown]>([
  ['an ordinary variable', () => variable(false).stringValue],
  ['what is said not to be secret', () => Fn.nonsensitive(Fn.upper(variable(true).stringValue))],
  ['a text that only reads like a call', () => Fn.upper('sensitive(var.password)')],
  ['an attribute of a resource', () => new DataResource(stack, 'sensitive', {}).output],
])('%s is delivered', (_, value) => {
  deploy(value());
  expect(Object.keys(project.synth().resource.null_resource)).toEqual(['web-system']);
});
