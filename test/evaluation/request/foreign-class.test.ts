import { expect, it } from 'vitest';
import { NixosConfiguration } from '../../../lib/nixos-configuration';
import { NixosModule } from '../../../lib/nixos-module';
import { describeWithEachNix } from '../support/nix-versions';
import { ProjectFolder } from '../support/project-folder';
import { evaluate, problemsOf } from '../support/requester';

const CONFIGURATIONS = `
  mac = system [ ] // { class = "darwin"; };
  home = { class = "homeManager"; config = { }; };
  oldHome = { config = { }; activationPackage = abort "not to be evaluated"; };
  oldMac = { inherit (system [ ]) config; pkgs.stdenv.hostPlatform.system = "aarch64-darwin"; };
  bare = removeAttrs (system [ ]) [ "class" ];
  none = system [ ] // { class = null; };
`;

describeWithEachNix('a configuration of something else than NixOS', () => {
  const project = ProjectFolder.flake(CONFIGURATIONS);

  it.each([
    ['mac', 'it is a configuration of the class darwin, which no NixOS host can run'],
    ['home', 'it is a configuration of the class homeManager, which no NixOS host can run'],
    ['oldHome', 'it is a configuration of the class homeManager, which no NixOS host can run'],
    ['oldMac', 'it is a system for aarch64-darwin, which no NixOS host can run'],
  ])('%s is refused by its name', (name, message) => {
    const problems = problemsOf(project, () => NixosConfiguration.fromFlake(`.#${name}`));
    expect(problems).toContain(`.#${name} cannot be evaluated: ${message}`);
  });

  it('the error names the class, not what an extension would miss', () => {
    const module = NixosModule.fromConfig({ networking: { hostName: 'mac' } });
    const extended = () => NixosConfiguration.fromFlake('.#home').extend({ modules: [module] });
    expect(problemsOf(project, extended)).toContain('a configuration of the class homeManager');
  });

  it.each(['bare', 'none'])('a NixOS configuration without a class is accepted: %s', (name) => {
    expect(evaluate(project, () => NixosConfiguration.fromFlake(`.#${name}`)).toplevel).toContain('-nixos-system-');
  });
});
