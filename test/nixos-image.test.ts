import { DataResource, Fn, LocalBackend, TerraformLocal, TerraformOutput, TerraformStack } from 'cdktf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImageVariant } from '../lib/image-variant';
import { NixosConfiguration } from '../lib/nixos-configuration';
import { NixosImage, type NixosImageProps } from '../lib/nixos-image';
import { DeploymentResource } from '../lib/deployment-resource';
import { ProjectFolder } from './evaluation/support/project-folder';
import { Project } from './support/project';
import { refusal } from './support/refusal';

let project: Project;
let stack: TerraformStack;

beforeEach(() => {
  project = new Project();
  stack = project.stack();
});
afterEach(() => project.remove());

/** A flake with one configuration, `web`, of these options. */
function flake(options = '', more = ''): ProjectFolder {
  return ProjectFolder.flake(`web = system [ { ${options} } ]; ${more}`);
}

function image(id: string, folder: ProjectFolder, props: Partial<NixosImageProps> = {}): NixosImage {
  const configuration = NixosConfiguration.fromFlake(`${folder.directory}#web`);
  return new NixosImage(stack, id, { configuration, variant: ImageVariant.RAW, ...props });
}

const infos = (level: string) => project.annotations().filter((one) => one.level === level);
const INFO = '@cdktf/info';
const WARNING = '@cdktf/warn';

describe('what a plan shows of an image', () => {
  it('an image has the store path that Nix gives, and everything else that is known of it, as literals', () => {
    const folder = flake('networking.hostName = "web";');
    const disk = image('disk', folder);
    const runner = image('runner', folder, { variant: ImageVariant.VM });
    const names = ['storePath', 'drvPath', 'contentId', 'fileName', 'system', 'bootMode', 'format'] as const;
    for (const [id, shown] of Object.entries({ disk, runner })) {
      for (const name of names) new TerraformOutput(stack, `${id}-${name}`, { value: shown[name] });
    }
    new TerraformOutput(stack, 'key', { value: Fn.join('/', ['images', disk.contentId]) });
    const { output } = project.synth();
    const shown = (id: string) => Object.fromEntries(names.map((name) => [name, output[`${id}-${name}`].value]));
    const storePath = folder.nixEval('.#nixosConfigurations.web.config.system.build.images.raw');
    expect(shown('disk')).toEqual({
      storePath,
      drvPath: folder.nixEval('.#nixosConfigurations.web.config.system.build.images.raw.drvPath'),
      contentId: storePath.slice(11, 43),
      fileName: 'nixos-image-26.11.fixture-x86_64-linux.img',
      system: 'x86_64-linux',
      bootMode: 'legacy-bios',
      format: 'raw',
    });
    expect(shown('runner')).toMatchObject({ fileName: 'run-web-vm', format: 'program', bootMode: 'none' });
    expect(output.key.value).toBe(`\${join("/", ["images", "${storePath.slice(11, 43)}"])}`);
  });

  it('an image can be a terraform_data, whose path is a reference as well', () => {
    const { path } = image('disk', flake(), { resource: DeploymentResource.TERRAFORM_DATA });
    new TerraformOutput(stack, 'path', { value: path });
    const { resource, output, provider } = project.synth();
    expect(Object.keys(resource)).toEqual(['terraform_data']);
    expect(output.path.value).toBe('${terraform_data.disk.triggers_replace["path"]}');
    expect(provider).toBeUndefined();
  });
});

describe('the consumers of an image', () => {
  const consumers = () => project.synth().resource.null_resource.disk;

  it('a consumer is whatever refers to the image: an output, a resource, through a local value, by dependsOn', () => {
    const folder = flake();
    const disk = image('disk', folder);
    const other = image('other', folder, { variant: ImageVariant.ISO });
    const local = new TerraformLocal(stack, 'local', `file://${disk.path}`);
    new TerraformOutput(stack, 'url', { value: local.asString });
    new TerraformOutput(stack, 'unrelated', { value: other.path });
    new DataResource(stack, 'uploaded', { input: { source: disk.path } });
    new DataResource(stack, 'later', { dependsOn: [disk] });
    new DataResource(stack, 'added', {}).node.addDependency(disk);
    new DataResource(stack, 'overridden', {}).addOverride('input', '${null_resource.disk.id}');
    expect(consumers().triggers.consumers).toBe(
      'local.local output.url terraform_data.later terraform_data.overridden terraform_data.uploaded',
    );
  });

  it('a build of ours that waits for the image is a consumer, also by node.addDependency', () => {
    const folder = flake();
    const disk = image('disk', folder);
    const cd = image('cd', folder, { variant: ImageVariant.ISO });
    cd.node.addDependency(disk);
    new TerraformOutput(stack, 'path', { value: cd.path });
    expect(consumers().triggers.consumers).toBe('null_resource.cd');
  });

  it('an image whose name begins like another one is not mistaken for it', () => {
    const folder = flake();
    image('disk', folder);
    new TerraformOutput(stack, 'path', { value: image('disk-2', folder).path });
    const { disk, 'disk-2': second } = project.synth().resource.null_resource;
    expect([disk.triggers.consumers, second.triggers.consumers]).toEqual(['', 'output.path']);
  });

  it('another stack that uses the image is a consumer by the output that CDK for Terraform makes for it', () => {
    const disk = image('disk', flake());
    const other = new TerraformStack(project.app, 'other');
    new LocalBackend(other, { path: `${project.directory}/other.tfstate` });
    new TerraformOutput(other, 'path', { value: disk.path });
    expect(consumers().triggers.consumers).toMatch(/^output\.cross-stack-output-null_resourcedisktriggers\S+$/);
  });

  it('a second synth of the same app finds the consumers that were added meanwhile', () => {
    const disk = image('disk', flake());
    new TerraformOutput(stack, 'first', { value: disk.path });
    expect(consumers().triggers.consumers).toBe('output.first');
    new TerraformOutput(stack, 'second', { value: disk.path });
    expect(consumers().triggers.consumers).toBe('output.first output.second');
  });

  it('an image that nothing uses is not in the plan, and synth says how to have it built', () => {
    image('disk', flake());
    expect(consumers().count).toBe(0);
    expect(infos(INFO)).toEqual([
      expect.objectContaining({
        constructPath: 'stack/disk',
        message: expect.stringMatching(/nothing in the stack uses its `path`.*new TerraformOutput/),
      }),
    ]);
    new TerraformOutput(stack, 'path', { value: '${null_resource.disk.triggers["path"]}' });
    expect(consumers().count).toBeUndefined();
  });

  it.each(['filemd5', 'filesha256', 'filebase64'] as const)('%s of an image is warned of: it reads at plan', (name) => {
    const disk = image('disk', flake());
    new TerraformOutput(stack, 'etag', { value: Fn[name](disk.path) });
    new TerraformOutput(stack, 'path', { value: disk.path });
    project.synth();
    expect(infos(WARNING)).toEqual([
      expect.objectContaining({
        constructPath: 'stack/disk',
        message: expect.stringMatching(/^output\.etag may read/),
      }),
    ]);
  });
});

describe('a subclass whose own job builds the image', () => {
  class Uploaded extends NixosImage {
    protected override get _isBuiltByItself(): boolean {
      return false;
    }

    get known() {
      return this._evaluation.result();
    }
  }

  it('a subclass gets what its job needs, and there is a build only where the path is used', () => {
    const folder = flake('image.modules.raw.virtualisation.diskSize = 64;');
    const configuration = NixosConfiguration.fromFlake(`${folder.directory}#web`);
    const uploaded = new Uploaded(stack, 'uploaded', { configuration, variant: ImageVariant.RAW });
    expect(project.synth().resource).toBeUndefined();
    const outPath = folder.nixEval('.#nixosConfigurations.web.config.system.build.images.raw');
    expect(uploaded.known).toEqual({
      outPath,
      drvPath: folder.nixEval('.#nixosConfigurations.web.config.system.build.images.raw.drvPath'),
      file: 'nixos-image-26.11.fixture-x86_64-linux.img',
      format: 'raw',
      contentId: outPath.slice(11, 43),
      system: 'x86_64-linux',
      bootMode: 'legacy-bios',
      diskMebibytes: 64,
    });
    new TerraformOutput(stack, 'path', { value: uploaded.path });
    const [[, { triggers }]] = Object.entries<any>(project.synth().resource.null_resource);
    expect(triggers).toEqual({ path: `${outPath}/${uploaded.known.file}`, consumers: 'output.path' });
  });
});

describe('the file of an image at apply', () => {
  function apply(faults: string, props: Partial<NixosImageProps> = {}) {
    const disk = image('disk', flake(`faults.image = "${faults}";`), props);
    new TerraformOutput(stack, 'path', { value: disk.path });
    project.synth();
    expect(project.terraform(['init']).exitCode).toBe(0);
    return project.terraform(['apply', '-auto-approve']);
  }
  const NAME = 'nixos-image-26.11.fixture-x86_64-linux';

  it.each([
    ['missing', new RegExp(`failed: \\S+/${NAME}\\.img is missing, and its build names no other file`)],
    ['empty', new RegExp(`failed: \\S+/${NAME}\\.img is empty`)],
    ['format', new RegExp(`failed: \\S+/${NAME}\\.img is not raw: it begins as qcow2 does`)],
    ['extension', new RegExp(`to do: give the file to the construct: file: "${NAME}\\.other"`)],
  ])('an image whose file is %s fails at apply, and nothing behind it begins', (fault, message) => {
    const { exitCode, all } = apply(fault);
    expect(exitCode).toBe(1);
    expect(all).toMatch(message);
  });

  it('an image is built and checked, then its path is known', () => {
    const { all } = apply('none');
    expect(all).toMatch(new RegExp(`disk: file: /nix/store/\\S+/${NAME}\\.img \\(raw, \\d+ bytes\\)`));
    expect(all).toMatch(new RegExp(`path = "/nix/store/\\S+/${NAME}\\.img"`));
    expect(project.terraform(['plan', '-detailed-exitcode']).exitCode).toBe(0);
  });

  it('a file that NixOS names wrongly is given to the construct, as the message said', () => {
    const { exitCode, all } = apply('extension', { file: `${NAME}.other` });
    expect(all).toContain(`/${NAME}.other (unknown, `);
    expect(exitCode).toBe(0);
  });
});

describe('an image that cannot be', () => {
  it('a variant that the configuration does not have is reported by synth, with the others', () => {
    image('disk', flake(), { variant: ImageVariant.named('floppy') });
    expect(refusal(() => project.synth())).toMatch(
      /\[stack\/disk\][^]*no image of the variant 'floppy'; it has amazon, hcloud, iso, iso-installer, qemu, qemu-efi, raw, raw-efi, vm/,
    );
  });

  it('an image whose file NixOS does not say needs the prop, and synth says so', () => {
    const old = ProjectFolder.flake(`web = {
      class = "nixos";
      pkgs.stdenv.hostPlatform.system = "x86_64-linux";
      config.system.build.openstackImage = derivation { name = "x"; system = "x86_64-linux"; builder = "/bin/sh"; };
    };`);
    image('disk', old, { variant: ImageVariant.OPENSTACK });
    expect(refusal(() => project.synth())).toContain(
      '[stack/disk] file: got nothing, and this NixOS does not say how it names the file of this image, ' +
        'expected the path of the file in the output; build the image once (`nix build`), and give the path of its file below ./result',
    );
    stack = new TerraformStack(project.newApp(), 'stack');
    const given = image('disk', old, { variant: ImageVariant.OPENSTACK, file: 'nixos.qcow2' });
    new TerraformOutput(stack, 'format', { value: given.format });
    expect(project.synth().output.format.value).toBe('qcow2');
  });

  it.each([
    [
      'a store path',
      { configuration: NixosConfiguration.fromStorePath(`/nix/store/${'0'.repeat(32)}-x`) },
      'configuration: got the store path',
    ],
    [
      'no configuration',
      { configuration: '.#web' as any },
      'configuration: got ".#web", expected a NixosConfiguration',
    ],
    [
      'a variant by its name',
      { variant: 'raw' as any },
      'variant: got "raw", expected a constant of ImageVariant; write for example ImageVariant.RAW_EFI',
    ],
    ['a file outside', { file: '../x' }, 'file: got "../x", expected the path of a file in the output, relative to it'],
    [
      'an absolute file',
      { file: '/nix/store/x' },
      'file: got "/nix/store/x", expected the path of a file in the output',
    ],
    [
      'another prop',
      { format: 'raw' } as any,
      'format: got an unknown option, expected one of configuration, variant, file, resource',
    ],
  ])('an image of %s is refused', (_what, props, message) => {
    const configuration = NixosConfiguration.fromFlake('.#web');
    const attempt = () => new NixosImage(stack, 'disk', { configuration, variant: ImageVariant.RAW, ...props });
    expect(refusal(attempt)).toContain(`[stack/disk] ${message}`);
  });

  it.each(['', 'a b', '../x', 7, undefined])('%j is not the name of a variant', (name) => {
    expect(refusal(() => ImageVariant.named(name as string))).toMatch(
      /^\[ImageVariant.named\] name: got .*, expected the name of an image in system.build.images: "raw-efi"/,
    );
  });
});
