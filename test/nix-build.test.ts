import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TerraformStack } from 'cdktf';
import { Aspects, DataResource, TerraformOutput, TerraformResource, TerraformVariable } from 'cdktf';
import { execaSync } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeploymentResource } from '../lib/deployment-resource';
import { NixBuild } from '../lib/nix-build';
import { NixosConfiguration } from '../lib/nixos-configuration';
import { ProjectFolder } from './evaluation/support/project-folder';
import { refusal } from './support/refusal';
import { Project } from './support/project';

let project: Project;
let stack: TerraformStack;
let flake: string;

beforeEach(() => {
  project = new Project();
  stack = project.stack();
  flake = path.join(project.directory, 'flake');
  mkdirSync(flake);
  // Another derivation in each run: nothing of it is built before.
  const derivation = (name: string, script: string) => `${name} = derivation {
    name = "${name}"; system = "${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux"; run = "${flake}";
    builder = "/bin/sh"; args = [ "-c" "${script}; exit 0" ];
  };`;
  const outputs = `${derivation('good', 'echo content > $out')} ${derivation('bad', 'exit 3')}`;
  writeFileSync(path.join(flake, 'flake.nix'), `{ outputs = _: { checks = { ${outputs} }; }; }`);
  writeFileSync(path.join(flake, 'flake.lock'), '{"nodes":{"root":{}},"root":"root","version":7}');
  for (const args of [
    ['init', '-q'],
    ['add', '--all'],
  ])
    execaSync('git', args, { cwd: flake });
});
afterEach(() => project.remove());

function build(name: string): NixBuild {
  return new NixBuild(stack, name, { installable: `${flake}#checks.${name}` });
}

it('a build happens at apply and not before, and its file is there for what waits for it', () => {
  const copy = path.join(project.directory, 'copy');
  new DataResource(stack, 'reader', {
    provisioners: [
      { type: 'local-exec', command: 'cp "$FROM" "$TO"', environment: { FROM: build('good').path, TO: copy } },
    ],
  });
  const { triggers } = project.synth().resource.null_resource.good;
  expect(triggers).toEqual({ path: expect.stringMatching(/^\/nix\/store\/[0-9a-z]{32}-good$/) });
  expect(project.terraform(['init']).exitCode).toBe(0);
  expect(project.terraform(['plan']).exitCode).toBe(0);
  expect(existsSync(triggers.path)).toBe(false);
  expect(project.terraform(['apply', '-auto-approve']).all).toContain('Apply complete');
  expect(readFileSync(copy, 'utf8')).toBe('content\n');
  expect(project.terraform(['plan', '-detailed-exitcode']).exitCode).toBe(0);
});

it('a build can be a terraform_data, whose path is a reference as well', () => {
  const { path: reference } = new NixBuild(stack, 'good', {
    installable: `${flake}#checks.good`,
    resource: DeploymentResource.TERRAFORM_DATA,
  });
  new TerraformOutput(stack, 'path', { value: reference });
  const { resource, output, provider } = project.synth();
  expect(Object.keys(resource)).toEqual(['terraform_data']);
  expect(resource.terraform_data.good.triggers_replace).toEqual({ path: expect.stringMatching(/-good$/) });
  expect(output.path.value).toBe('${terraform_data.good.triggers_replace["path"]}');
  expect(provider).toBeUndefined();
});

it('a build that waits for something is refused with create_before_destroy, which would spread', () => {
  build('good').node.addDependency(new DataResource(stack, 'server', {}));
  Aspects.of(stack).add({
    visit: (construct) => {
      if (TerraformResource.isTerraformResource(construct)) construct.lifecycle = { createBeforeDestroy: true };
    },
  });
  expect(refusal(() => project.synth())).toContain('[stack/good] lifecycle: got create_before_destroy');
});

it('a build that fails is a gate: nothing behind it begins', () => {
  const passed = path.join(project.directory, 'passed');
  new DataResource(stack, 'behind', {
    dependsOn: [build('bad')],
    provisioners: [{ type: 'local-exec', command: 'touch "$FILE"', environment: { FILE: passed } }],
  });
  project.synth();
  expect(project.terraform(['init']).exitCode).toBe(0);
  const { exitCode, all } = project.terraform(['apply', '-auto-approve']);
  expect(exitCode).toBe(1);
  expect(all).toMatch(/bad\.drv.*failed/s);
  expect(existsSync(passed)).toBe(false);
});

describe('a build of a configuration', () => {
  const web = () => {
    const folder = ProjectFolder.flake('web = system [ { networking.hostName = "web"; } ];');
    return { folder, configuration: NixosConfiguration.fromFlake(`${folder.directory}#web`) };
  };

  it('a build of a configuration is its system, or the output that is named', () => {
    const { folder, configuration } = web();
    new NixBuild(stack, 'system', { configuration });
    new NixBuild(stack, 'runner', { configuration, output: 'vm' });
    new NixBuild(stack, 'image', { configuration, output: 'images.raw' });
    const { system, runner, image } = project.synth().resource.null_resource;
    const output = (name: string) => folder.nixEval(`.#nixosConfigurations.web.config.system.build.${name}`);
    expect([system, runner, image].map(({ triggers }) => triggers)).toEqual([
      { path: output('toplevel') },
      { path: output('vm') },
      { path: output('images.raw') },
    ]);
  });

  it('a file in an output has a path, an identity that is known at plan, and consumers', () => {
    const { folder, configuration } = web();
    const file = 'nixos-image-26.11.fixture-x86_64-linux.qcow2';
    const disk = new NixBuild(stack, 'disk', { configuration, output: 'images.qemu', file });
    new TerraformOutput(stack, 'path', { value: disk.path });
    new TerraformOutput(stack, 'id', { value: disk.contentId });
    const { resource, output } = project.synth();
    const storePath = folder.nixEval('.#nixosConfigurations.web.config.system.build.images.qemu');
    expect(resource.null_resource.disk.triggers).toEqual({
      path: `${storePath}/${file}`,
      consumers: 'output.path',
    });
    expect(output.id.value).toBe(storePath.slice(11, 43));
  });

  it('an output that a configuration does not have is reported by synth, with those that it has', () => {
    new NixBuild(stack, 'disk', { configuration: web().configuration, output: 'floppy' });
    expect(refusal(() => project.synth())).toMatch(/'config.system.build.floppy' missing: config.system.build has /);
  });

  it.each([
    ['nothing', {}, 'installable: got neither, expected either `installable` or `configuration`'],
    [
      'two things',
      { installable: '.#a.b', configuration: NixosConfiguration.fromFlake('.#web') },
      'installable: got both',
    ],
    [
      'an output of an installable',
      { installable: '.#a.b', output: 'vm' },
      'installable: got an installable with `output`',
    ],
    [
      'an output that is no path',
      { configuration: NixosConfiguration.fromFlake('.#web'), output: 'a..b' },
      'output: got "a..b"',
    ],
    [
      'a file outside',
      { installable: '.#a.b', file: '../b' },
      'file: got "../b", expected the path of a file in the output',
    ],
  ])('a build of %s is refused', (_what, props, message) => {
    expect(refusal(() => new NixBuild(stack, 'refused', props))).toContain(`[stack/refused] ${message}`);
  });
});

it('a file in an output is checked when it is built: there, not empty, of its format', () => {
  const derivation = `derivation {
    name = "files"; system = "${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux"; run = "${flake}";
    builder = "/bin/sh"; args = [ "-c" "/bin/mkdir $out; : > $out/empty; echo x > $out/good; echo x > $out/disk.img; exit 0" ];
  }`;
  writeFileSync(path.join(flake, 'flake.nix'), `{ outputs = _: { checks.files = ${derivation}; }; }`);
  for (const file of ['good', 'missing', 'empty', 'disk.img']) {
    const id = file.replace('.', '-');
    const build = new NixBuild(stack, id, { installable: `${flake}#checks.files`, file });
    new TerraformOutput(stack, `path-${id}`, { value: build.path });
  }
  project.synth();
  expect(project.terraform(['init']).exitCode).toBe(0);
  const { all, exitCode } = project.terraform(['apply', '-auto-approve']);
  expect(exitCode).toBe(1);
  expect(all).toMatch(/good: file: \/nix\/store\/\S+\/good \(any format, 2 bytes\)/);
  expect(all).toMatch(/missing: failed: \S+\/missing is missing, and its build names no other file/);
  expect(all).toMatch(/empty: failed: \S+\/empty is empty/);
  expect(all).toMatch(/disk-img: failed: \S+\/disk.img is not raw: it begins as no known format does/);
});

it('a build without such a derivation fails at synth with Nix’s own sentence', () => {
  build('missing');
  expect(refusal(() => project.synth())).toMatch(/\[stack\/missing\].*missing/s);
});

it('a build refuses an installable that is not valid or not known yet', () => {
  const expected = 'an installable: a flake reference, "#" and an attribute, as ".#web"';
  const token = new TerraformVariable(stack, 'token', { type: 'string' }).stringValue;
  expect(refusal(() => new NixBuild(stack, 'a', { installable: '' }))).toContain(`[stack/a] installable: got ""`);
  expect(refusal(() => new NixBuild(stack, 'b', { installable: token }))).toBe(
    `[stack/b] installable: got a Terraform token, expected ${expected}; ` +
      'a flake is evaluated before Terraform runs: write its reference down',
  );
  expect(refusal(() => new NixBuild(stack, 'c', { installable: '.#web' }))).toBe(
    '[stack/c] installable: got ".#web", expected the full attribute path of a derivation; ' +
      'name the platform too: ".#packages.x86_64-linux.name"',
  );
});
