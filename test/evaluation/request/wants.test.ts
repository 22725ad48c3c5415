import { describe, expect, it } from 'vitest';
import { App, TerraformStack } from 'cdktf';
import { Answers, derivationWant, optionWant, TOPLEVEL, Want, Wants } from '../../../lib/evaluation/request/wants';
import { NixosConfiguration } from '../../../lib/nixos-configuration';
import { countedNix, evaluators } from '../support/counted-nix';
import { describeWithEachNix } from '../support/nix-versions';
import { ProjectFolder } from '../support/project-folder';
import { Requester } from '../support/requester';
import { rootedDerivations } from '../support/rooted-derivations';

/** A kind that no code of the package names. */
const PORTS = new Want<string[]>('ports');

describe('wants', () => {
  it('a want is in a set once, whoever adds it', () => {
    const wants = Wants.of(PORTS, optionWant(['a', 'b'])).merge(Wants.of(optionWant(['a', 'b']), TOPLEVEL));
    expect(wants.data()).toEqual([{ kind: 'ports' }, { kind: 'option', path: ['a', 'b'] }, { kind: 'toplevel' }]);
  });

  it('a want is missing until it has an answer, be that answer null', () => {
    const wants = Wants.of(PORTS, TOPLEVEL);
    const answers = Answers.NONE.with(Wants.of(PORTS), [null]);
    expect(wants.missing(answers).data()).toEqual([{ kind: 'toplevel' }]);
    expect(answers.get(PORTS)).toBeNull();
    expect(answers.find(TOPLEVEL)).toBeUndefined();
    expect(() => answers.get(TOPLEVEL)).toThrow('nobody asked for {"kind":"toplevel"}');
  });

  it('answers that name a derivation are found, whatever the want', () => {
    const image = { drv: '/nix/store/x.drv', out: '/nix/store/x' };
    const answers = Answers.NONE.with(Wants.of(PORTS, optionWant(['a']), new Want('image')), [
      [],
      { value: image },
      image,
    ]);
    expect(answers.derivations()).toEqual([image]);
  });
});

describeWithEachNix('a configuration', () => {
  it('a configuration is asked for any derivation in it, in the batch of its system, and the derivation is kept', () => {
    const project = ProjectFolder.flake('web = system [ ];');
    const image = derivationWant(['config', 'system', 'build', 'images', 'raw']);
    let answers = Answers.NONE;
    const commands = countedNix(() =>
      project.within(() => {
        const stack = new TerraformStack(new App({ outdir: project.output }), 'fleet');
        const web = NixosConfiguration.fromFlake('.#web');
        new Requester(stack, 'system', web);
        answers = new Requester(stack, 'image', web, Wants.of(image)).evaluated.answers;
      }),
    );
    const installable = '.#nixosConfigurations.web.config.system.build.images.raw';
    const drv = project.nixEval(`${installable}.drvPath`);
    expect(answers.get(image)).toEqual({ drv, out: project.nixEval(installable) });
    expect(rootedDerivations(project).sort()).toEqual([answers.get(TOPLEVEL).drv, drv].sort());
    expect(evaluators(commands)).toHaveLength(1);
  });

  it('a derivation that a configuration lacks is an error with the names that exist', () => {
    const project = ProjectFolder.flake('web = system [ ];');
    const image = derivationWant(['config', 'system', 'build', 'images', 'floppy']);
    project.within(() => {
      const stack = new TerraformStack(new App({ outdir: project.output }), 'fleet');
      const requester = new Requester(stack, 'image', NixosConfiguration.fromFlake('.#web'), Wants.of(image));
      expect(() => requester.evaluated).toThrow(
        "attribute 'config.system.build.images.floppy' missing: config.system.build.images has amazon, hcloud, iso, iso-installer, qemu, qemu-efi, raw, raw-efi",
      );
    });
  });
});
