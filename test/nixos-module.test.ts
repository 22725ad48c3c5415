import { Fn, Lazy, TerraformVariable, Token } from 'cdktf';
import type { TerraformStack } from 'cdktf';
import { describe, expect, it } from 'vitest';
import { ModulePriority } from '../lib/module-priority';
import { NixosConfiguration } from '../lib/nixos-configuration';
import { NixosModule } from '../lib/nixos-module';
import { describeWithEachNix } from './evaluation/support/nix-versions';
import { flake, ProjectFolder } from './evaluation/support/project-folder';
import { evaluate, evaluateAll, problemsOf } from './evaluation/support/requester';

const WEB = 'web = system [ { networking.hostName = "web"; } ];';
const extended = (...modules: NixosModule[]) => NixosConfiguration.fromFlake('.#web').extend({ modules });

describeWithEachNix('a module', () => {
  it('a module of data may have keys that Nix modules give a meaning, and texts in any characters', () => {
    const project = ProjectFolder.flake(WEB);
    const text = 'a "quoted" $' + "{x} ''y'' \\ \n ü \u2028 %{z} \u0000".slice(0, -2);
    const config = { environment: { etc: { imports: { text }, __proto__x: { text: 'p' }, 'a.b/c': { text: 'd' } } } };
    let value: unknown;
    project.within(() => {
      project.stack((stack) => {
        const configuration = extended(NixosModule.fromConfig(config));
        value = configuration.option('environment.etc.imports.text').read(stack);
      });
    });
    expect(value).toBe(text);
    const imports = () => extended(NixosModule.fromConfig({ imports: ['/etc/passwd'] }));
    expect(problemsOf(project, imports)).toContain('The option `imports');
  });

  it('a module in a file of the project may read its root, but nothing beside it', () => {
    const project = ProjectFolder.flake(WEB);
    project.write({
      'nix/modules/role.nix': '{ imports = [ ../common.nix ]; environment.etc.motto.source = ./motto.txt; }',
      'nix/modules/motto.txt': 'from the root',
      'nix/common.nix': '{ users.motd = "common"; }',
    });
    const byHand = ProjectFolder.flake(`web = system [ { networking.hostName = "web"; } ./nix/modules/role.nix ];`, {
      files: {
        'nix/modules/role.nix': '{ imports = [ ../common.nix ]; environment.etc.motto.source = ./motto.txt; }',
        'nix/modules/motto.txt': 'from the root',
        'nix/common.nix': '{ users.motd = "common"; }',
      },
    });
    const evaluated = evaluate(project, () => extended(NixosModule.fromFile('nix/modules/role.nix', { root: 'nix' })));
    expect(evaluated.drvPath).toBe(byHand.nixEval('.#nixosConfigurations.web.config.system.build.toplevel.drvPath'));
    expect(problemsOf(project, () => extended(NixosModule.fromFile('nix/modules/role.nix')))).toContain(
      'NixosModule.fromFile copies only the file: set its option root to a folder that holds everything the file reads',
    );
  });

  it('a module in a file is refused when its root holds what must not be copied, or does not exist', () => {
    const project = ProjectFolder.flake(WEB);
    project.write({ 'nix/role.nix': '{ }', 'nix/terraform.tfstate': '{}' });
    const withRoot = () => extended(NixosModule.fromFile('nix/role.nix', { root: '.' }));
    expect(problemsOf(project, withRoot)).toContain('holds the output of synth (cdktf.out), which Nix would copy');
    const withState = () => extended(NixosModule.fromFile('nix/role.nix', { root: 'nix' }));
    expect(problemsOf(project, withState)).toContain(
      'holds the Terraform state terraform.tfstate, which Nix would copy',
    );
    expect(problemsOf(project, () => extended(NixosModule.fromFile('missing.nix')))).toContain(
      'missing.nix cannot be evaluated: the file does not exist',
    );
  });

  it('a module may come from another flake', () => {
    const modules = 'nixosModules.default = { users.motd = "default"; }; nixosModules.role = { users.motd = "role"; };';
    const other = ProjectFolder.flake('');
    other.write({ 'flake.nix': flake('').replace('nixosConfigurations = {  };', modules) });
    other.commit();
    const project = ProjectFolder.flake(
      `${WEB} d = system [ { networking.hostName = "web"; users.motd = "default"; } ];`,
    );
    const { byDefault, role } = evaluateAll(project, () => ({
      byDefault: extended(NixosModule.fromFlake(`git+file://${other.directory}`)),
      role: extended(NixosModule.fromFlake(`git+file://${other.directory}#role`)),
    }));
    expect(byDefault.toplevel).toBe(project.nixEval('.#nixosConfigurations.d.config.system.build.toplevel'));
    expect(role.toplevel).not.toBe(byDefault.toplevel);
    const missing = () => extended(NixosModule.fromFlake(`git+file://${other.directory}#nope`));
    expect(problemsOf(project, missing)).toContain(
      "attribute 'nixosModules.nope' missing: nixosModules has default, role",
    );
  });
});

describe('a value that only Terraform knows', () => {
  const project = () => ProjectFolder.flake(WEB);
  const MESSAGE =
    'expected a value that is known when the program runs; give it to the deployment as one of its `values`';
  const variable = (stack: TerraformStack) => new TerraformVariable(stack, 'v', { type: 'string' });

  const CASES: [string, (stack: TerraformStack) => object, string][] = [
    ['a text', (stack) => ({ a: { b: variable(stack).stringValue } }), 'modules[0].a.b: got ${var.v}'],
    ['a text inside another', (stack) => ({ a: [`x${variable(stack).value}y`] }), 'modules[0].a[0]: got ${var.v}'],
    ['a number', (stack) => ({ 'a b': variable(stack).numberValue }), 'modules[0]["a b"]: got ${var.v}'],
    ['a list', (stack) => ({ a: variable(stack).listValue }), 'modules[0].a: got ${var.v}'],
    ['a map', (stack) => ({ a: Token.asStringMap(variable(stack).value) }), 'modules[0].a: got ${var.v}'],
    [
      'a spread map',
      (stack) => ({ a: { ...Token.asStringMap(variable(stack).value), b: 1 } }),
      'modules[0].a: got members, which only Terraform knows',
    ],
    ['a token itself', (stack) => ({ a: Token.asAny(variable(stack).value) }), 'modules[0].a: got ${var.v}'],
    ['a name', (stack) => ({ [variable(stack).stringValue]: 1 }), 'a name in modules[0]: got ${var.v}'],
    [
      'a function of it',
      (stack) => ({ a: Fn.upper(variable(stack).stringValue) }),
      'modules[0].a: got ${upper(var.v)}',
    ],
    [
      'one that is produced late',
      (stack) => ({ a: Lazy.stringValue({ produce: () => variable(stack).stringValue }) }),
      'modules[0].a: got ${var.v}',
    ],
  ];

  it.each(CASES)('a value that only Terraform knows is refused in a module: %s', (_, config, message) => {
    let problems = '';
    try {
      evaluateAll(project(), (stack) => ({ web: extended(NixosModule.fromConfig(config(stack) as any)) }));
    } catch (error) {
      problems = (error as Error).message;
    }
    expect(problems).toContain(`[fleet/web] ${message}`);
    expect(problems).toContain(MESSAGE);
  });

  it('a value that only Terraform knows is refused in specialArgs and in paths', () => {
    let problems = '';
    try {
      evaluateAll(project(), (stack) => ({
        web: NixosConfiguration.fromFlake('.#web').extend({ specialArgs: { role: variable(stack).stringValue } }),
      }));
    } catch (error) {
      problems = (error as Error).message;
    }
    expect(problems).toContain('[fleet/web] specialArgs.role: got ${var.v}');
    const token = Token.asString({ resolve: () => '${x}', creationStack: [] });
    expect(() => NixosModule.fromFile(token)).toThrow('[NixosModule.fromFile] file: got a Terraform token');
    expect(() => NixosModule.fromFile('a/b.nix', { root: token })).toThrow('root: got a Terraform token');
    expect(() => NixosModule.inFlake(token)).toThrow('[NixosModule.inFlake] file: got a Terraform token');
  });
});

describe('a value that is known late', () => {
  it('a module may hold a value that is produced late, or an option of another configuration', () => {
    const project = ProjectFolder.flake(
      WEB +
        'db = system [ { users.motd = "db\\${x}"; } ];' +
        'byHand = system [ { networking.hostName = "web"; users.motd = "late db\\${x} 22"; } ];',
    );
    const { web, byHand } = evaluateAll(project, () => {
      const db = NixosConfiguration.fromFlake('.#db');
      const late = Lazy.stringValue({ produce: () => 'late' });
      const motd = `${late} ${db.option('users.motd').asString()} 22`;
      return {
        web: extended(NixosModule.fromConfig({ users: { motd } })),
        byHand: NixosConfiguration.fromFlake('.#byHand'),
      };
    });
    expect(web.toplevel).toBe(byHand.toplevel);
  });

  it('a module must not hold a value of its own configuration', () => {
    const project = ProjectFolder.flake(WEB);
    const own = () => {
      const box: { configuration?: NixosConfiguration } = {};
      const motd = Lazy.stringValue({ produce: () => box.configuration?.option('networking.hostName').asString() });
      box.configuration = extended(NixosModule.fromConfig({ users: { motd } }));
      return box.configuration;
    };
    expect(problemsOf(project, own)).toContain('one of its modules or specialArgs depends on its own value');
  });
});

describe('a value that is not data', () => {
  const project = ProjectFolder.flake(WEB);
  it.each([
    ['a function', () => 1, 'got a function'],
    ['a date', new Date(0), 'got an instance of Date'],
    ['not a number', NaN, 'got NaN'],
    ['infinity', -Infinity, 'got -Infinity'],
    ['a bigint', 7n, 'got 7n'],
    ['a map', new Map(), 'got an instance of Map'],
    ['a symbol', Symbol('x'), 'got Symbol(x)'],
  ])('a value that is not data is refused in a module: %s', (_, value, message) => {
    const problems = problemsOf(project, () => extended(NixosModule.fromConfig({ a: [{ b: value }] })));
    expect(problems).toContain(
      `[fleet/web] modules[0].a[0].b: ${message}, expected a JSON value; give strings, numbers`,
    );
  });

  it('a whole number that JavaScript has changed is refused, and the largest exact one and a float are taken', () => {
    const module = (motd: number) => NixosModule.fromConfig({ users: { motd: [motd] } });
    const problems = problemsOf(project, () => extended(module(2 ** 53)));
    expect(problems).toContain(
      '[fleet/web] modules[0].users.motd[0]: got the whole number 9007199254740992, expected at most 9007199254740991',
    );
    for (const value of [2 ** 53 - 1, 1.5, 1e300]) {
      expect(problemsOf(project, () => extended(module(value)))).toMatch(/users\.motd.*is not of type/s);
    }
  });

  it.each([[null], [7], ['x'], [[]]])('a value that is not data is refused as a whole module: %j', (config) => {
    expect(() => NixosModule.fromConfig(config as any)).toThrow(
      /^\[NixosModule.fromConfig\] config: got .*, expected an object of NixosOptions|expected an object of NixOS options/,
    );
  });
});

describe('a priority', () => {
  it('a priority is that of each value, so that a set keeps what others put into it', () => {
    const project = ProjectFolder.flake(
      'web = system [ { environment.etc.a.text = "a"; environment.etc.b.text = "b"; } ];' +
        'byHand = system [ { environment.etc.a.text = "forced"; environment.etc.b.text = "b"; } ];',
    );
    const { web, byHand } = evaluateAll(project, () => {
      const config = { environment: { etc: { a: { text: 'forced' } } } };
      const forced = NixosModule.fromConfig(config, { priority: ModulePriority.FORCE });
      const weak = { environment: { etc: { b: { text: 'weak' } } } };
      const given = NixosModule.fromConfig(weak, { priority: ModulePriority.DEFAULT });
      return { web: extended(forced, given), byHand: NixosConfiguration.fromFlake('.#byHand') };
    });
    expect(web.toplevel).toBe(byHand.toplevel);
  });
});

it('names of files and folders may begin with two dots', () => {
  const project = ProjectFolder.flake('web = system [ ];', { files: { '..x/motd.nix': '{ users.motd = "dots"; }' } });
  const { inFlake, fromFile, byHand } = evaluateAll(project, () => ({
    inFlake: extended(NixosModule.inFlake('..x/motd.nix')),
    fromFile: extended(NixosModule.fromFile('..x/motd.nix', { root: '..x' })),
    byHand: extended(NixosModule.fromConfig({ users: { motd: 'dots' } })),
  }));
  expect([inFlake.toplevel, fromFile.toplevel]).toEqual([byHand.toplevel, byHand.toplevel]);
});

describe('a path that is not valid', () => {
  it('a path that is not valid is refused', () => {
    expect(() => NixosModule.inFlake('/etc/x.nix')).toThrow('expected a path in the flake, relative to its flake.nix');
    expect(() => NixosModule.inFlake('../x.nix')).toThrow('for a file of the project use NixosModule.fromFile');
    expect(() => NixosModule.fromFile('a.nix', { root: 'other' })).toThrow(
      '[NixosModule.fromFile] root: got "other", expected a folder that holds a.nix; name a folder at or above the file',
    );
    expect(() => NixosModule.fromFlake('')).toThrow('[NixosModule.fromFlake] installable: got ""');
  });
});
