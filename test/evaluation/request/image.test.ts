import { App, TerraformStack } from 'cdktf';
import { describe, expect, it } from 'vitest';
import { Evaluation } from '../../../lib/evaluation/evaluation';
import { type ImageAnswer, imageWant } from '../../../lib/evaluation/request/image';
import { Wants } from '../../../lib/evaluation/request/wants';
import { NixosConfiguration } from '../../../lib/nixos-configuration';
import { NixosModule } from '../../../lib/nixos-module';
import { refusal } from '../../support/refusal';
import { countedNix, evaluators } from '../support/counted-nix';
import { describeWithEachNix } from '../support/nix-versions';
import { ProjectFolder } from '../support/project-folder';
import { Requester } from '../support/requester';
import { rootedDerivations } from '../support/rooted-derivations';

const build = (name: string, output: string) => `.#nixosConfigurations.${name}.config.system.build.${output}`;

/** The answer about one image, in a program that wants nothing else. */
function imageOf(project: ProjectFolder, configuration: () => NixosConfiguration, variant: string): ImageAnswer {
  return project.within(() => {
    const stack = new TerraformStack(new App({ outdir: project.output }), 'images');
    const want = imageWant(variant);
    const request = configuration()._requestFor(stack);
    return Evaluation.of(stack).request(stack, request, Wants.of(want)).result().get(want);
  });
}

const web = () => NixosConfiguration.fromFlake('.#web');

/** A configuration that is no module system: what older versions of NixOS give. */
function older(members: string): string {
  return `web = {
    class = "nixos";
    pkgs.stdenv.hostPlatform.system = "x86_64-linux";
    config = { ${members} };
  };`;
}
const DERIVATION = 'derivation { name = "x"; system = "x86_64-linux"; builder = "/bin/sh"; }';

describeWithEachNix('an image of a configuration', () => {
  it('an image is evaluated by a process of its own, once, and its derivation is kept', () => {
    const project = ProjectFolder.flake('web = system [ ]; mail = system [ { networking.hostName = "mail"; } ];');
    const commands = countedNix(() =>
      project.within(() => {
        const stack = new TerraformStack(new App({ outdir: project.output }), 'fleet');
        const machines = ['web', 'mail'].map((name) => {
          return new Requester(stack, name, NixosConfiguration.fromFlake(`.#${name}`));
        });
        const again = new Requester(stack, 'again', web());
        const evaluation = Evaluation.of(stack);
        for (const id of [0, 1, 2]) {
          const wants = Wants.of(imageWant(id === 2 ? 'iso' : 'raw'));
          evaluation.request(stack, web()._requestFor(stack), wants);
        }
        expect(machines[0].evaluated.toplevel).toBe(again.evaluated.toplevel);
      }),
    );
    // One for all systems, one for each of the two images.
    expect(evaluators(commands)).toHaveLength(3);
    const expected = [
      ...['web', 'mail'].map((name) => project.nixEval(`${build(name, 'toplevel')}.drvPath`)),
      ...['raw', 'iso'].map((variant) => project.nixEval(`${build('web', `images.${variant}`)}.drvPath`)),
    ];
    expect(rootedDerivations(project).sort()).toEqual(expected.sort());
  });

  it('an image of an extended configuration is the one that the same modules give by hand', () => {
    const project = ProjectFolder.flake(
      'web = system [ ]; byHand = system [ { networking.hostName = "web"; virtualisation.vmVariant.virtualisation.memorySize = 512; } ];',
    );
    const extended = () =>
      web().extend({
        modules: [
          NixosModule.fromConfig({
            networking: { hostName: 'web' },
            virtualisation: { vmVariant: { virtualisation: { memorySize: 512 } } },
          }),
        ],
      });
    const raw = imageOf(project, extended, 'raw');
    expect([raw.drv, raw.out]).toEqual([
      project.nixEval(`${build('byHand', 'images.raw')}.drvPath`),
      project.nixEval(build('byHand', 'images.raw')),
    ]);
    expect(imageOf(project, extended, 'vm')).toMatchObject({
      out: project.nixEval(build('byHand', 'vm')),
      file: 'bin/run-web-vm',
    });
  });
});

describe('what NixOS says of an image', () => {
  it.each([
    ['raw', 'nixos-image-two-x86_64-linux.img', 'legacy-bios', ''],
    ['raw-efi', 'nixos-image-two-x86_64-linux.img', 'uefi', ''],
    ['qemu', 'nixos-image-two-x86_64-linux.qcow2', 'legacy-bios', ''],
    ['iso', 'iso/nixos-image-two-x86_64-linux.iso', 'legacy-bios', ''],
    ['iso-installer', 'iso/nixos-image-two-x86_64-linux.iso', 'uefi-preferred', ''],
    ['amazon', 'nixos-image-two-x86_64-linux.vhd', 'legacy-bios', ''],
    ['amazon', 'nixos-image-two-x86_64-linux.vhd', 'uefi', 'image.modules.amazon.ec2.efi = true;'],
    ['vm', 'bin/run-nixos-vm', 'none', ''],
    ['vm', 'bin/run-nixos-vm', 'legacy-bios', 'virtualisation.vmVariant.virtualisation.useBootLoader = true;'],
    ['mine', 'x', 'uefi', 'image.modules.mine = { imports = [ mine ]; boot.loader.systemd-boot.enable = true; };'],
    ['mine', 'x', 'legacy-bios', 'image.modules.mine = { imports = [ mine ]; boot.loader.grub.device = "/dev/vda"; };'],
    ['mine', 'x', 'unknown', 'image.modules.mine = { imports = [ mine ]; boot.loader.grub.enable = false; };'],
    ['mine', 'x', 'none', 'image.modules.mine = { imports = [ mine ]; boot.isContainer = true; };'],
  ])('the image %s has the file %s and the boot mode %s with {%s}', (variant, file, bootMode, options) => {
    const project = ProjectFolder.flake(`web = system [ (
      { lib, ... }:
      let
        mine = {
          options.image.filePath = lib.mkOption { default = "x"; };
          config.system.build.image = derivation { name = "mine"; system = "x86_64-linux"; builder = "/bin/sh"; };
        };
      in
      { system.nixos.label = "two"; ${options} }
    ) ];`);
    expect(imageOf(project, web, variant)).toMatchObject({ file, bootMode, system: 'x86_64-linux' });
  });

  it('the size of the disk is known where the configuration sets it', () => {
    const project = ProjectFolder.flake('web = system [ { image.modules.raw.virtualisation.diskSize = 96; } ];');
    expect(imageOf(project, web, 'raw').diskMebibytes).toBe(96);
    expect(imageOf(project, web, 'qemu').diskMebibytes).toBeNull();
  });

  it.each([
    ['amazon', 'amazonImage', 'amazonImage = { name = "nixos"; format = "vpc"; };', 'nixos.vhd'],
    ['iso', 'isoImage', 'isoImage = { isoName = "nixos.iso"; };', 'iso/nixos.iso'],
    ['sd-card', 'sdImage', 'sdImage = { imageName = "nixos.img"; compressImage = true; };', 'sd-image/nixos.img.zst'],
    ['openstack', 'openstackImage', '', null],
  ])('NixOS before 25.05 gives the image %s as %s', (variant, attribute, options, file) => {
    const project = ProjectFolder.flake(older(`system.build.${attribute} = ${DERIVATION}; ${options}`));
    expect(imageOf(project, web, variant)).toMatchObject({ out: expect.stringMatching(/-x$/), file });
  });

  it('a virtual machine of NixOS before 25.05 is named as its host is', () => {
    const project = ProjectFolder.flake(older(`system.build.vm = ${DERIVATION}; system.name = "web";`));
    expect(imageOf(project, web, 'vm')).toMatchObject({ file: 'bin/run-web-vm', bootMode: 'none' });
  });
});

describe('an image that a configuration does not have', () => {
  it.each([
    [
      'of another name',
      'web = system [ ];',
      ".#web has no image of the variant 'floppy'; " +
        'it has amazon, hcloud, iso, iso-installer, qemu, qemu-efi, raw, raw-efi, vm',
    ],
    [
      'of a NixOS before 25.05',
      older(`system.build.isoImage = ${DERIVATION};`),
      ".#web has no image of the variant 'floppy'; it has iso, iso-installer: " + 'this NixOS is older than 25.05',
    ],
    [
      'of a configuration that imports an image module itself',
      'web = system [ { system.build.image = derivation { name = "x"; system = "x86_64-linux"; builder = "/bin/sh"; }; } ];',
      '.#web has no images by variant, because it imports a module that builds an image itself',
    ],
    ['of no NixOS', older(''), '.#web is not a NixOS configuration: it has no config.system.build'],
  ])('an image %s is an error that says what there is', (_what, configurations, message) => {
    const project = ProjectFolder.flake(configurations);
    const reason = refusal(() => imageOf(project, web, 'floppy')).replaceAll(/\s+/g, ' ');
    expect(reason).toContain(`image floppy of .#web cannot be evaluated: ${message}`);
  });

  it('a configuration that cannot be evaluated is reported once, and its image is not tried', () => {
    const project = ProjectFolder.flake('web = system [ { networking.hostName = 7; } ];');
    const commands = countedNix(() =>
      project.within(() => {
        const stack = new TerraformStack(new App({ outdir: project.output }), 'fleet');
        const system = new Requester(stack, 'system', web());
        Evaluation.of(stack).request(stack, web()._requestFor(stack), Wants.of(imageWant('raw')));
        expect(refusal(() => system.evaluated)).toContain('networking.hostName');
      }),
    );
    // The batch, and the row alone for Nix's own message.
    expect(evaluators(commands)).toHaveLength(2);
  });
});
