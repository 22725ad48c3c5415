import path from 'node:path';
import { App, TerraformOutput, TerraformStack } from 'cdktf';
import { execaSync } from 'execa';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImageVariant } from '../../lib/image-variant';
import { NixosConfiguration } from '../../lib/nixos-configuration';
import { NixosImage } from '../../lib/nixos-image';
import { ProjectFolder } from './support/project-folder';
import { inStore, lockedReference } from './support/real-nixpkgs';

/** A NixOS source tree, and the folder of a Nix that is new enough for it. */
const { NIXPKGS: nixpkgs, NIX_226_BIN: bin } = process.env;

/** What NixOS itself says, in one evaluation. A set with an outPath would become a text. */
const BY_HAND = `build: let
  said = name: let image = build.images.\${name}; in {
    drv = image.drvPath;
    out = "\${image}";
    file = image.passthru.filePath;
    inherit (image.passthru) config;
  };
  raw = said "raw"; iso = said "iso";
in {
  raw = removeAttrs raw [ "config" ] // { efi = raw.config.image.efiSupport; grub = raw.config.boot.loader.grub.devices; };
  iso = removeAttrs iso [ "config" ] // { bios = iso.config.isoImage.makeBiosBootable; efi = iso.config.isoImage.makeEfiBootable; };
  vm = { drv = build.vm.drvPath; out = "\${build.vm}"; file = "bin/" + build.vm.meta.mainProgram; };
}`;

describe.skipIf(nixpkgs === undefined)(`images of real NixOS (NIXPKGS=${nixpkgs ?? ', which is not set'})`, () => {
  const before = process.env.PATH;

  beforeAll(() => {
    if (bin) process.env.PATH = `${bin}${path.delimiter}${before}`;
  });
  afterAll(() => {
    process.env.PATH = before;
  });

  it('a raw disk, a CD and a virtual machine are the ones that Nix gives, with their files and boot modes', () => {
    const project = ProjectFolder.empty({
      '.gitignore': 'cdktf.out',
      'flake.nix': `{
        inputs.nixpkgs.url = "${lockedReference(inStore(nixpkgs as string))}";
        outputs = { nixpkgs, ... }: {
          nixosConfigurations.web = nixpkgs.lib.nixosSystem {
            system = "x86_64-linux";
            modules = [ { networking.hostName = "web"; services.openssh.enable = true; system.stateVersion = "26.05"; } ];
          };
        };
      }`,
    });
    project.run('git', ['init', '--quiet']);
    project.run('git', ['add', '.']);
    project.lock();
    project.commit();
    const variants = { raw: ImageVariant.RAW, iso: ImageVariant.ISO, vm: ImageVariant.VM };
    const members = ['storePath', 'drvPath', 'fileName', 'bootMode', 'system', 'format'] as const;
    const output = project.within(() => {
      const app = new App({ outdir: project.output });
      const stack = new TerraformStack(app, 'images');
      const configuration = NixosConfiguration.fromFlake('.#web');
      for (const [id, variant] of Object.entries(variants)) {
        const image = new NixosImage(stack, id, { configuration, variant });
        for (const member of members) new TerraformOutput(stack, `${id}-${member}`, { value: image[member] });
        new TerraformOutput(stack, `${id}-path`, { value: image.path });
      }
      app.synth();
      return JSON.parse(readFileSync(path.join(project.output, 'stacks/images/cdk.tf.json'), 'utf8'));
    });
    const found = (id: string) =>
      Object.fromEntries(members.map((member) => [member, output.output[`${id}-${member}`].value]));
    const said = JSON.parse(
      execaSync(
        'nix',
        [
          ...['--extra-experimental-features', 'nix-command flakes', 'eval', '--json'],
          ...['.#nixosConfigurations.web.config.system.build', '--apply', BY_HAND],
        ],
        { cwd: project.directory },
      ).stdout,
    );
    const common = (id: string) => ({
      storePath: said[id].out,
      drvPath: said[id].drv,
      fileName: path.basename(said[id].file),
      system: 'x86_64-linux',
    });
    expect(said.raw).toMatchObject({ efi: false, grub: ['/dev/vda'] });
    expect(found('raw')).toEqual({ ...common('raw'), format: 'raw', bootMode: 'legacy-bios' });
    const isoModes: { [modes: string]: string } = { 'true true': 'uefi-preferred', 'true false': 'legacy-bios' };
    expect(found('iso')).toEqual({
      ...common('iso'),
      format: 'iso',
      bootMode: isoModes[`${said.iso.bios} ${said.iso.efi}`],
    });
    expect(found('vm')).toEqual({ ...common('vm'), format: 'program', bootMode: 'none' });
    const { triggers } = output.resource.null_resource.iso;
    expect(triggers.path).toBe(`${said.iso.out}/${said.iso.file}`);
  }, 1_200_000);
});
