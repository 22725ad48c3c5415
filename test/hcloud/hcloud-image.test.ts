import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App, TerraformOutput, TerraformStack } from 'cdktf';
import { beforeAll, describe, expect, it } from 'vitest';
import { HcloudProvider } from '../../lib/hcloud/bindings/provider';
import { HcloudImage, type HcloudImageProps } from '../../lib/hcloud/hcloud-image';
import { NixosConfiguration } from '../../lib/nixos-configuration';
import { ProjectFolder } from '../evaluation/support/project-folder';

const FLAKE = `
  web = system [ ];
  arm = nixpkgs.lib.nixosSystem { system = "aarch64-linux"; modules = [ ]; };
  riscv = nixpkgs.lib.nixosSystem { system = "riscv64-linux"; modules = [ ]; };
  packed = system [ { image.modules.hcloud = { lib, ... }: { image.extension = lib.mkForce "img.zst"; }; } ];
`;
const conf = (name: string) => NixosConfiguration.fromFlake(`.#${name}`);

describe('an image at Hetzner', () => {
  let project: ProjectFolder;
  beforeAll(() => {
    project = ProjectFolder.flake(FLAKE);
  });

  /** Synthesizes a program of one stack; returns its Terraform JSON. */
  function synth(define: (stack: TerraformStack) => void): any {
    return project.within(() => {
      const app = new App({ outdir: project.output });
      define(new TerraformStack(app, 'images'));
      app.synth();
      return JSON.parse(readFileSync(path.join(project.output, 'stacks/images/cdk.tf.json'), 'utf8'));
    });
  }

  const synthImage = (props: Partial<HcloudImageProps> = {}, provider?: { token?: string }) =>
    synth((stack) => {
      if (provider !== undefined) new HcloudProvider(stack, 'hcloud', provider);
      new HcloudImage(stack, 'web', { configuration: conf('web'), ...props });
    });

  it('an image gives literals at plan, a reference to its snapshot, and the provider', () => {
    const json = synth((stack) => {
      const image = new HcloudImage(stack, 'web', { configuration: conf('web') });
      for (const name of ['imageId', 'contentId', 'architecture', 'storePath', 'fqn'] as const) {
        new TerraformOutput(stack, name, { value: image[name] });
      }
    });
    const storePath = project.nixEval('.#nixosConfigurations.web.config.system.build.images.hcloud');
    const content = storePath.slice(11, 43);
    const values = Object.fromEntries(Object.entries<any>(json.output).map(([name, { value }]) => [name, value]));
    expect(values).toEqual({
      imageId: '${null_resource.web.triggers["imageId"]}',
      contentId: content,
      architecture: 'x86',
      storePath,
      fqn: '${null_resource.web}',
    });
    expect(json.provider.hcloud).toEqual([{}]);
    expect(Object.keys(json.resource.null_resource).sort()).toEqual([
      'web',
      expect.stringMatching(/^web_janitor_/),
      expect.stringMatching(/^web_upload_/),
    ]);
  });

  it('the file is built by the upload alone, unless something else uses its path', () => {
    expect(Object.keys(synthImage().resource.null_resource)).toHaveLength(3);
    const { resource } = synth((stack) => {
      const image = new HcloudImage(stack, 'web', { configuration: conf('web') });
      new TerraformOutput(stack, 'path', { value: image.path });
    });
    expect(Object.keys(resource.null_resource)).toHaveLength(4);
  });

  it('no job and no trigger holds a token or the name of its variable', () => {
    expect(JSON.stringify(synthImage())).not.toContain('HCLOUD_TOKEN');
  });

  it.each<[string, Partial<HcloudImageProps>, string]>([
    ['architecture', { architecture: 'amd64' }, '[images/web] architecture: got "amd64", expected x86 or arm'],
    ['location', { location: 'Falkenstein, DE' }, 'expected the name of a location; write for example fsn1'],
    ['keepImages', { keepImages: -1 }, '[images/web] keepImages: got -1, expected a whole number from 0 to 20'],
    ['option', { keepImage: 2 } as object, 'keepImage'],
    ['configuration', { configuration: '.#web' as never }, '[images/web] configuration: got ".#web"'],
  ])('a bad %s is refused when the image is made', (_, props, message) => {
    expect(() => synthImage(props)).toThrow(message);
  });

  it.each<[string, Partial<HcloudImageProps>, string]>([
    [
      'another architecture than was expected',
      { configuration: conf('arm'), architecture: 'x86' },
      'architecture: got x86, and the configuration is for aarch64-linux (arm), expected the architecture of the configuration; write arm',
    ],
    [
      'a platform without servers',
      { configuration: conf('riscv') },
      'configuration: got a configuration for riscv64-linux, expected x86_64-linux or aarch64-linux; set nixpkgs.hostPlatform',
    ],
    [
      'an image that is no plain disk',
      { configuration: conf('packed') },
      'configuration: got an image of the format raw.zst, expected raw: it is written to a disk as it is; let image.modules.hcloud',
    ],
  ])('synth refuses %s', (_, props, message) => {
    expect(() => synthImage(props)).toThrow(message);
  });

  it('synth refuses a token that only the provider has', () => {
    expect(() => synthImage({}, { token: 'secret' })).toThrow(
      'HCLOUD_TOKEN: got a token that only the provider images/hcloud has',
    );
    expect(() => synthImage({}, { token: 'secret' })).not.toThrow('secret"');
    expect(synthImage({}, {}).provider.hcloud).toEqual([{}]);
  });

  it('an image of somebody else is found by its id or by its labels', () => {
    const { output, data } = synth((stack) => {
      const named = HcloudImage.fromId(stack, 'debian', 'debian-13', 'x86');
      const found = HcloudImage.fromLabel(stack, 'golden', { selector: 'role=web', architecture: 'arm' });
      new TerraformOutput(stack, 'named', { value: named.imageId });
      new TerraformOutput(stack, 'found', { value: found.imageId });
    });
    expect(output.named.value).toBe('debian-13');
    expect(output.found.value).toBe('${data.hcloud_image.golden.id}');
    expect(data.hcloud_image.golden).toMatchObject({
      most_recent: true,
      with_architecture: 'arm',
      with_selector: 'role=web',
    });
  });

  it('an image of somebody else without an architecture is refused', () => {
    expect(() => synth((stack) => void HcloudImage.fromId(stack, 'debian', 'debian-13', ''))).toThrow(
      'expected x86 or arm',
    );
    expect(() =>
      synth((stack) => void HcloudImage.fromLabel(stack, 'golden', { selector: ' ', architecture: 'x86' })),
    ).toThrow('selector: got " "');
  });
});
