import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { TerraformOutput, type TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { expect, it } from 'vitest';
import { HostKeys } from '../../lib/host-keys';
import { NixosDeployment } from '../../lib/nixos-deployment';
import { NixosMachine } from '../../lib/nixos-machine';
import { configuration, evaluatedConfiguration } from '../support/configuration';
import { project, stack, useProject } from '../support/project';
import { ed25519 } from '../support/public-keys';
import { refusal } from '../support/refusal';

useProject();

function machine(scope: Construct, id: string) {
  return NixosMachine.fromHost(scope, `${id}-host`, { host: id, hostKeys: HostKeys.pinned([ed25519()]) });
}

class OwnMachine extends NixosMachine {
  readonly host = 'web.example';
  readonly identity = 'i-1';
  readonly hostKeys = HostKeys.pinned([ed25519()]);
  readonly ssh = {};
  readonly dependencies = [];
}

function deploy(scope: Construct, id: string, of = configuration(), dependsOn: never[] = []) {
  return new NixosDeployment(scope, id, { machine: machine(scope, id), configuration: of, dependsOn });
}

const text = () => readFileSync(path.join(project.app.outdir, 'nixos', 'manifest.json'), 'utf8');

function manifest(): any {
  project.synth();
  return JSON.parse(text());
}

const listed = () => manifest().deployments.map(({ construct }: { construct: string }) => construct);

it('a deployment that the program has removed again is not listed, and neither is its evaluation', () => {
  deploy(stack, 'web', evaluatedConfiguration({ networking: { hostName: 'web' } }));
  deploy(stack, 'removed', evaluatedConfiguration({ networking: { hostName: 'removed' } }));
  deploy(new Construct(stack, 'group'), 'inside');
  expect([stack.node.tryRemoveChild('removed'), stack.node.tryRemoveChild('group')]).toEqual([true, true]);
  const web = { construct: 'stack/web' };
  expect(manifest()).toMatchObject({ deployments: [web], results: [{ construct: 'stack' }, web] });
});

it('a deployment whose resource moves to another one is not listed', () => {
  const moved = deploy(stack, 'moved');
  deploy(stack, 'web');
  (moved.node.defaultChild as TerraformResource).moveToId('null_resource.web');
  expect(listed()).toEqual(['stack/web']);
});

it('a deployment that a second synth of the program does not write is not listed any more', () => {
  const moved = deploy(stack, 'moved');
  deploy(stack, 'web');
  expect(listed()).toEqual(['stack/moved', 'stack/web']);
  (moved.node.defaultChild as TerraformResource).moveToId('null_resource.web');
  expect(listed()).toEqual(['stack/web']);
});

it.each([
  ['removes its only deployment', (scope: Construct) => deploy(scope, 'web').node.scope?.node.tryRemoveChild('web')],
  ['has machines alone', (scope: Construct) => machine(scope, 'web')],
  ['has a machine of its own cloud alone', (scope: Construct) => new OwnMachine(scope, 'web')],
])('a program that %s empties the manifest', (_, program) => {
  deploy(stack, 'web');
  expect(listed()).toEqual(['stack/web']);
  project.newApp();
  program(project.stack());
  expect(listed()).toEqual([]);
});

it('the manifest of earlier versions is removed', () => {
  deploy(stack, 'web');
  const old = path.join(project.app.outdir, 'nixos', 'nixos.json');
  mkdirSync(path.dirname(old), { recursive: true });
  writeFileSync(old, '{}');
  project.synth();
  expect(existsSync(old)).toBe(false);
});

it('validation that is skipped leaves no old manifest', () => {
  deploy(stack, 'web');
  Object.assign(project.app, { skipValidation: true });
  expect(listed()).toEqual(['stack/web']);
});

it('a failed synth of a program that only reads a configuration leaves the manifest of the last good one', () => {
  const read = (hostName: string) =>
    new TerraformOutput(project.stack(), 'toplevel', {
      value: evaluatedConfiguration({ networking: { hostName } }).toplevel,
    });
  project.newApp();
  read('old');
  project.synth();
  const before = text();
  project.newApp();
  read('new');
  const second = project.stack('zz-second');
  second.node.addValidation({ validate: () => ['refused'] });
  expect(refusal(() => project.synth())).toContain('refused');
  expect(text()).toBe(before);
});
