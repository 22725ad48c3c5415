import { Token } from 'cdktf';
import { describe, expect, it } from 'vitest';
import { Answers } from '../lib/evaluation/request/wants';
import { ModulePriority } from '../lib/module-priority';
import { NixosConfiguration } from '../lib/nixos-configuration';
import { NixosModule } from '../lib/nixos-module';
import { describeWithEachNix } from './evaluation/support/nix-versions';
import { ProjectFolder } from './evaluation/support/project-folder';
import { evaluate, evaluateAll, problemsOf } from './evaluation/support/requester';

const WEB = 'web = system [ { networking.hostName = "web"; } ];';
const { FORCE, DEFAULT } = ModulePriority;

function toplevel(attribute: string): string {
  return `.#${attribute}.config.system.build.toplevel`;
}

describeWithEachNix('a configuration of a flake', () => {
  it('a configuration of a flake has the very derivation and output that nix eval gives', () => {
    const project = ProjectFolder.flake(WEB);
    expect(evaluate(project, () => NixosConfiguration.fromFlake('.#web'))).toEqual({
      toplevel: project.nixEval(toplevel('nixosConfigurations.web')),
      drvPath: project.nixEval(`${toplevel('nixosConfigurations.web')}.drvPath`),
      system: 'x86_64-linux',
      switchable: true,
      answers: expect.any(Answers),
    });
  });

  it('a configuration of a flake knows its commit, and that its tree is dirty, as in nix eval', () => {
    const motd =
      '"${self.rev or self.dirtyRev or "none"} ${toString self.lastModified} ${toString (self.revCount or 0)}"';
    const project = ProjectFolder.flake(`web = system [ { users.motd = ${motd}; } ];`);
    const clean = evaluate(project, () => NixosConfiguration.fromFlake('.#web'));
    expect(clean.toplevel).toBe(project.nixEval(toplevel('nixosConfigurations.web')));
    project.write({ '.gitignore': 'cdktf.out\n# changed\n' });
    const dirty = evaluate(project, () => NixosConfiguration.fromFlake('.#web'));
    expect(dirty.toplevel).toBe(project.nixEval(toplevel('nixosConfigurations.web')));
    expect(dirty.toplevel).not.toBe(clean.toplevel);
  });

  it('a flake is found in a sub folder of a repository, and by a path of its own', () => {
    const project = ProjectFolder.flake(WEB);
    const flake = project.run('cat', ['flake.nix']).replaceAll('"web"', '"sub"');
    project.write({ 'sub/flake.nix': flake });
    project.run('git', ['add', '.']);
    project.run('nix', ['--extra-experimental-features', 'nix-command flakes', 'flake', 'lock', './sub']);
    project.commit();
    const expected = project.nixEval('./sub#nixosConfigurations.web.config.system.build.toplevel');
    const found = evaluateAll(project, () => ({
      relative: NixosConfiguration.fromFlake('./sub#web'),
      query: NixosConfiguration.fromFlake('.?dir=sub#web'),
      url: NixosConfiguration.fromFlake(`git+file://${project.directory}?dir=sub#nixosConfigurations.web`),
      path: NixosConfiguration.fromFlake(`path:${project.directory}/sub#web`),
    }));
    expect(Object.values(found).map((evaluated) => evaluated.toplevel)).toEqual(Array(4).fill(expected));
  });

  it('the name of a configuration may have dots, be quoted, be an attribute path, or lie elsewhere in the flake', () => {
    const project = ProjectFolder.flake('"web.example.com" = system [ ]; group.inner = system [ ];');
    const expected = project.nixEval(toplevel('nixosConfigurations."web.example.com"'));
    const found = evaluateAll(project, () => ({
      quoted: NixosConfiguration.fromFlake('.#"web.example.com"'),
      encoded: NixosConfiguration.fromFlake('.#nixosConfigurations.%22web.example.com%22'),
      list: NixosConfiguration.fromFlake('.', { attribute: ['nixosConfigurations', 'web.example.com'] }),
      path: NixosConfiguration.fromFlake('.#nixosConfigurations.group.inner'),
    }));
    expect(Object.values(found).map((evaluated) => evaluated.toplevel)).toEqual(Array(4).fill(expected));
  });

  it('a missing configuration fails with the names that exist', () => {
    const project = ProjectFolder.flake(`${WEB} db = system [ ];`);
    const problems = problemsOf(project, () => NixosConfiguration.fromFlake('.#wbe'));
    expect(problems).toContain("attribute 'nixosConfigurations.wbe' missing: nixosConfigurations has db, web");
  });

  it('a system without a way to switch to it is reported as not switchable', () => {
    const project = ProjectFolder.flake('web = system [ { system.switch.enable = false; } ];');
    expect(evaluate(project, () => NixosConfiguration.fromFlake('.#web'))).toMatchObject({ switchable: false });
  });

  it('namesInFlake lists configurations and evaluates none', () => {
    const project = ProjectFolder.flake('b = throw "evaluated"; a = abort "evaluated"; "x.y" = 1;');
    const names = project.within(() => {
      let found: string[] = [];
      project.stack((stack) => (found = NixosConfiguration.namesInFlake(stack, '.')));
      return found;
    });
    expect(names).toEqual(['a', 'b', 'x.y']);
  });
});

describeWithEachNix('an extended configuration', () => {
  it('an extended configuration equals the same extension written by hand', () => {
    const project = ProjectFolder.flake(
      `${WEB}
       byHand = self.nixosConfigurations.web.extendModules {
         specialArgs.role = "front";
         modules = [
           { config = { networking.hostName = nixpkgs.lib.mkForce "front"; }; }
           { config = { users.motd = nixpkgs.lib.mkDefault "hello"; services.openssh.enable = false; }; }
           ./role.nix
         ];
       };`,
      { files: { 'role.nix': '{ role, ... }: { environment.etc.role.text = role; }' } },
    );
    const extended = evaluate(project, () =>
      NixosConfiguration.fromFlake('.#web')
        .extend({ modules: [NixosModule.fromConfig({ networking: { hostName: 'front' } }, { priority: FORCE })] })
        .extend({
          specialArgs: { role: 'front' },
          modules: [
            NixosModule.fromConfig({ users: { motd: 'hello' } }, { priority: DEFAULT }),
            NixosModule.fromConfig({ services: { openssh: { enable: false } } }),
            NixosModule.inFlake('role.nix'),
          ],
        }),
    );
    expect(extended.drvPath).toBe(project.nixEval(`${toplevel('nixosConfigurations.byHand')}.drvPath`));
    expect(extended.toplevel).toBe(project.nixEval(toplevel('nixosConfigurations.byHand')));
  });

  it('an extension leaves the original configuration as it is', () => {
    const project = ProjectFolder.flake(WEB);
    const { plain, extended } = evaluateAll(project, () => {
      const web = NixosConfiguration.fromFlake('.#web');
      return { plain: web, extended: web.extend({ modules: [NixosModule.fromConfig({ users: { motd: 'x' } })] }) };
    });
    expect(plain.toplevel).toBe(project.nixEval(toplevel('nixosConfigurations.web')));
    expect(extended.toplevel).not.toBe(plain.toplevel);
  });

  it('an extension that conflicts with the configuration names the construct and the module', () => {
    const project = ProjectFolder.flake(WEB);
    const problems = problemsOf(project, () =>
      NixosConfiguration.fromFlake('.#web').extend({
        modules: [
          NixosModule.fromConfig({ users: { motd: 'x' } }),
          NixosModule.fromConfig({ networking: { hostName: 'b' } }),
        ],
      }),
    );
    expect(problems).toContain('The option `networking.hostName');
    expect(problems).toContain('conflicting definition values');
    expect(problems).toContain('- In `fleet/web modules[1]\': "b"');
  });

  it('an extension refuses an argument that the configuration has already', () => {
    const project = ProjectFolder.flake(
      `web = nixpkgs.lib.nixosSystem { system = "x86_64-linux"; modules = [ ]; specialArgs.role = "a"; };`,
    );
    const withArgs = (specialArgs: object) => () => NixosConfiguration.fromFlake('.#web').extend({ specialArgs });
    expect(problemsOf(project, withArgs({ role: 'b' }))).toContain(
      'specialArgs.role: the configuration already has an argument of this name; choose another name',
    );
    expect(problemsOf(project, withArgs({ pkgs: {} }))).toContain(
      'specialArgs.pkgs: the configuration already has an argument',
    );
    expect(() =>
      NixosConfiguration.fromFlake('.#web')
        .extend({ specialArgs: { a: 1 } })
        .extend({ specialArgs: { a: 1 } }),
    ).toThrow('[NixosConfiguration.extend] specialArgs: got "a" a second time, expected a new argument');
  });

  it('an extension of something without extendModules is refused', () => {
    const project = ProjectFolder.flake('web = removeAttrs (system [ ]) [ "extendModules" ];');
    const modules = [NixosModule.fromConfig({ users: { motd: 'x' } })];
    expect(evaluate(project, () => NixosConfiguration.fromFlake('.#web')).toplevel).toBe(
      project.nixEval(toplevel('nixosConfigurations.web')),
    );
    expect(problemsOf(project, () => NixosConfiguration.fromFlake('.#web').extend({ modules }))).toContain(
      '.#web cannot be extended: it has no extendModules',
    );
  });
});

describe('a configuration from a store path', () => {
  const storePath = `/nix/store/${'0'.repeat(32)}-nixos-system-web`;

  it('a configuration from a store path is the path itself, and evaluates nothing', () => {
    const project = ProjectFolder.empty();
    const configuration = NixosConfiguration.fromStorePath(storePath);
    expect(configuration.toplevel).toBe(storePath);
    expect(evaluate(project, () => configuration)).toEqual({
      toplevel: storePath,
      switchable: true,
      answers: Answers.NONE,
    });
  });

  it('a configuration from a store path has no options and cannot be extended', () => {
    const configuration = NixosConfiguration.fromStorePath(storePath);
    expect(() => configuration.option('a.b')).toThrow('is a store path: it has no options');
    expect(() => configuration.extend({})).toThrow('expected a configuration that is evaluated');
  });

  it('a store path that is not valid is refused', () => {
    expect(() => NixosConfiguration.fromStorePath(`${storePath}.drv`)).toThrow(
      '[NixosConfiguration.fromStorePath] storePath: got',
    );
  });
});

describe('an installable that names no configuration', () => {
  const token = Token.asString({ resolve: () => '${x}', creationStack: [] });
  const expected = 'expected an installable: a flake reference, "#" and an attribute, as ".#web"';
  it.each([
    ['', `installable: got "", ${expected}; the flake in the project folder is "."`],
    [
      '.#',
      `installable: got ".#", ${expected}; separate names with dots; quote a name that contains a dot or a blank, or use \`attribute\``,
    ],
    ['.#a..b', `installable: got ".#a..b", ${expected}; separate names with dots`],
    [
      '.#a b',
      `installable: got ".#a b", ${expected}; separate names with dots; quote a name that contains a dot or a blank`,
    ],
    [
      '--option#a',
      `installable: got "--option#a", ${expected}; it must not start with "-"; a folder of this name is "./-name"`,
    ],
    ['./a\nb#a', `installable: got "./a\\nb#a", ${expected}; remove the control characters`],
    ['git+file:///a b#a', `installable: got "git+file:///a b#a", ${expected}; write a space in a URL as %20`],
    [
      token,
      `installable: got a Terraform token, ${expected}; a flake is evaluated before Terraform runs: write its reference down`,
    ],
    [7 as unknown as string, `installable: got 7, ${expected}; give it as a string`],
    ['.', 'attribute: got no attribute, expected the name of a configuration; add "#" and the name: ".#web"'],
  ])('an installable that names no configuration is refused: %j', (installable, message) => {
    expect(() => NixosConfiguration.fromFlake(installable)).toThrow(`[NixosConfiguration.fromFlake] ${message}`);
  });

  it('an installable with two attributes is refused', () => {
    expect(() => NixosConfiguration.fromFlake('.#web', { attribute: ['a', 'b'] })).toThrow(
      '[NixosConfiguration.fromFlake] attribute: got two attributes, expected the name of a configuration',
    );
  });
});
