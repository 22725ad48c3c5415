import { readFileSync } from 'node:fs';
import { Fn, Op, TerraformIterator, TerraformOutput, TerraformStack, App, TerraformResource, Testing } from 'cdktf';
import { execaSync } from 'execa';
import { describe, expect, it } from 'vitest';
import { NixosConfiguration } from '../lib/nixos-configuration';
import { countedNix, evaluators } from './evaluation/support/counted-nix';
import { describeWithEachNix } from './evaluation/support/nix-versions';
import { Project } from './evaluation/support/project';

const MODULE = `{ lib, pkgs, config, ... }: {
  options.test = lib.mkOption { type = lib.types.raw; };
  config.test = {
    text = "a \\"quoted\\" \\\${HOME} %{x} \\\\ \\n ü";
    number = 7;
    float = 1.5;
    yes = true;
    nothing = null;
    numbers = [ 22 80 ];
    texts = [ "a" "\\\${b}" ];
    mixed = { "a b" = [ 1 { c = "\\\${d}"; } ]; };
    package = config.system.build.toplevel;
    file = ./flake.nix;
    function = x: x;
    deep.inside = [ { f = x: x; } ];
    endless = let set = { inherit set; }; in set;
  };
}`;
const terraform = execaSync('which', ['terraform'], { reject: false }).exitCode === 0;
const WEB = `web = system [ (${MODULE}) ];`;
const option = (path: string) => NixosConfiguration.fromFlake('.#web').option(path);

/** The Terraform JSON of a program. */
function synthesized(project: Project, define: (stack: TerraformStack) => void): any {
  return project.within(() => {
    const app = new App({ outdir: project.output });
    define(new TerraformStack(app, 'fleet'));
    app.synth();
    return JSON.parse(readFileSync(`${project.output}/stacks/fleet/cdk.tf.json`, 'utf8'));
  });
}

function outputs(project: Project, values: { [name: string]: any }): { [name: string]: unknown } {
  const json = synthesized(project, (stack) => {
    for (const [name, value] of Object.entries(values)) new TerraformOutput(stack, name, { value });
  });
  return Object.fromEntries(Object.entries<{ value: unknown }>(json.output).map(([name, { value }]) => [name, value]));
}

describeWithEachNix('the value of an option', () => {
  it('is a literal in Terraform, whatever its type and its characters', () => {
    const project = Project.flake(WEB);
    const literals = outputs(project, {
      text: option('test.text').asString(),
      inside: `<${option('test.text').asString()}>`,
      number: option('test.number').asNumber(),
      numberAsText: option('test.number').asString(),
      yes: option('test.yes').asBoolean(),
      numbers: option('test.numbers').asNumberList(),
      numbersAsTexts: option('test.numbers').asStringList(),
      texts: option('test.texts').asStringList(),
      mixed: option('test.mixed').asAny(),
      file: option('test.file').asString(),
      package: option('test.package').asString(),
    });
    const text = 'a "quoted" $${HOME} %%{x} \\ \n ü';
    expect(literals).toMatchObject({
      text,
      inside: `<${text}>`,
      number: 7,
      numberAsText: '7',
      yes: true,
      numbers: [22, 80],
      numbersAsTexts: ['22', '80'],
      texts: ['a', '$${b}'],
      mixed: { 'a b': [1, { c: '$${d}' }] },
      package: project.nixEval('.#nixosConfigurations.web.config.system.build.toplevel'),
    });
    expect(literals.file).toMatch(/^\/nix\/store\/[0-9a-z]{32}-source\/flake\.nix$/);
  });

  it('is a quoted literal in expressions', () => {
    const project = Project.flake(WEB);
    const text = option('test.text').asString();
    const expressions = outputs(project, {
      join: Fn.join(',', [text, 'x']),
      upper: Fn.upper(`<${text}>`),
      equal: Op.eq(text, 'x'),
      sum: Op.add(option('test.number').asNumber(), 1),
      element: Fn.element(option('test.texts').asStringList(), 1),
      json: Fn.jsonencode(option('test.mixed').asAny()),
      negated: Op.not(option('test.yes').asBoolean()),
    });
    const quoted = 'a \\"quoted\\" $\\u007bHOME} %\\u007bx} \\\\ \\n ü';
    expect(expressions).toEqual({
      join: `\${join(",", ["${quoted}", "x"])}`,
      upper: `\${upper("<\${"${quoted}"}>")}`,
      equal: `\${("${quoted}" == "x")}`,
      sum: '${(7 + 1)}',
      element: '${element(["a", "$\\u007bb}"], 1)}',
      json: '${jsonencode({"a b" = [1, {"c" = "$\\u007bd}"}]})}',
      negated: '${!true}',
    });
  });

  it.skipIf(!terraform)(
    `means to Terraform what it is in Nix${terraform ? '' : ' (terraform is not installed)'}`,
    () => {
      const project = Project.flake(WEB);
      const text = option('test.text').asString();
      outputs(project, {
        text,
        joined: Fn.join(',', [text, text]),
        reversed: Fn.reverse(option('test.texts').asStringList()),
        sum: Op.add(option('test.number').asNumber(), 1),
        mixed: Fn.jsonencode(option('test.mixed').asAny()),
        plain: option('test.mixed').asAny(),
      });
      const folder = `-chdir=${project.output}/stacks/fleet`;
      project.run('terraform', [folder, 'init', '-no-color']);
      project.run('terraform', [folder, 'apply', '-auto-approve', '-no-color']);
      const found = JSON.parse(project.run('terraform', [folder, 'output', '-json']));
      const values = Object.fromEntries(Object.entries<any>(found).map(([name, { value }]) => [name, value]));
      const original = 'a "quoted" ${HOME} %{x} \\ \n ü';
      expect(values).toEqual({
        text: original,
        joined: `${original},${original}`,
        reversed: ['${b}', 'a'],
        sum: 8,
        mixed: '{"a b":[1,{"c":"${d}"}]}',
        plain: { 'a b': [1, { c: '${d}' }] },
      });
    },
  );

  it('drives for_each', () => {
    const project = Project.flake(WEB);
    const json = synthesized(project, (stack) => {
      const resource = new TerraformResource(stack, 'rule', { terraformResourceType: 'terraform_data' });
      resource.forEach = TerraformIterator.fromList(option('test.numbers').asStringList());
    });
    expect(json.resource.terraform_data.rule.for_each).toBe('${toset(["22", "80"])}');
  });

  it('costs one batch for all options and systems of an app, in several stacks and under Testing.synth', () => {
    const project = Project.flake(WEB);
    const commands = countedNix(() =>
      project.within(() => {
        const app = new App({ outdir: project.output });
        for (const name of ['a', 'b', 'c']) {
          const stack = new TerraformStack(app, name);
          new TerraformOutput(stack, 'text', { value: option('test.text').asString() });
          new TerraformOutput(stack, 'number', { value: option('test.number').asNumber() });
          new TerraformOutput(stack, 'toplevel', { value: NixosConfiguration.fromFlake('.#web').toplevel });
        }
        app.synth();
      }),
    );
    expect(evaluators(commands)).toHaveLength(1);
    const again = countedNix(() =>
      project.within(() => {
        const stack = new TerraformStack(Testing.app({ outdir: project.output }), 'test');
        new TerraformOutput(stack, 'number', { value: option('test.number').asNumber() });
        expect(JSON.parse(Testing.synth(stack)).output.number.value).toBe(7);
      }),
    );
    expect(evaluators(again)).toHaveLength(1);
  });

  it('is read while the program runs, with all that was requested by then', () => {
    const project = Project.flake(WEB);
    const commands = countedNix(() =>
      synthesized(project, (stack) => {
        const web = NixosConfiguration.fromFlake('.#web');
        web._request(stack);
        expect(web.option('test.numbers').read(stack)).toEqual([22, 80]);
        expect(web.option('test.numbers').read(stack)).toEqual([22, 80]);
        expect(NixosConfiguration.fromFlake('.#web').option('test.numbers').read(stack)).toEqual([22, 80]);
        expect(web.option('test.text').read(stack)).toBe('a "quoted" ${HOME} %{x} \\ \n ü');
        expect(web.option('test.nothing').read(stack)).toBe(null);
        expect(web._evaluated(stack).toplevel).toContain('/nix/store/');
      }),
    );
    expect(evaluators(commands)).toHaveLength(3);
  });

  it.each([
    [
      'test.function',
      "option test.function of .#web can't be evaluated: its value holds a function, which JSON can't carry",
    ],
    ['test.deep', "option test.deep of .#web can't be evaluated: its value holds a function at .inside[0].f, which"],
    ['test.endless', 'its value holds nested deeper than 64 levels at .set.set'],
    ['test', 'its value holds '],
    ['test.none', "the option `test.none' does not exist in .#web: test has no attribute 'none'"],
    ['nope.x', "the option `nope.x' does not exist in .#web: config has no attribute 'nope'"],
  ])('fails by the name of the option: %s', (path, message) => {
    const project = Project.flake(WEB);
    expect(() => outputs(project, { value: option(path).asAny() })).toThrow(message);
  });

  it('is missed once for its stack, as a problem of the program and not as a crash', () => {
    const project = Project.flake(WEB);
    const define = (stack: TerraformStack) => {
      new TerraformOutput(stack, 'a', { value: option('test.none').asAny() });
      new TerraformOutput(stack, 'b', { value: option('test.none').asString() });
    };
    let message = '';
    try {
      synthesized(project, define);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(/^Validation failed with the following errors:/);
    expect(message.match(/test has no attribute 'none'/g)).toHaveLength(1);
    expect(message).toContain('[fleet] ');
  });

  it.each([
    [
      'asNumber' as const,
      'test.text',
      "option test.text of .#web can't be evaluated: its value is a string, asked for was a number",
    ],
    ['asString' as const, 'test.nothing', 'its value is null, asked for was a string'],
    ['asBoolean' as const, 'test.mixed', 'its value is a set, asked for was a boolean'],
    ['asStringList' as const, 'test.text', 'its value is a string, asked for was a string list'],
    ['asNumberList' as const, 'test.texts', 'its value is a list, asked for was a number list'],
  ])('fails when it is of another type: %s of %s', (type, path, message) => {
    const project = Project.flake(WEB);
    expect(() => outputs(project, { value: option(path)[type]() })).toThrow(message);
  });
});

describe('the path of an option', () => {
  it.each(['', '.', 'a.', 'a..b', 'a b', '"a', 7 as unknown as string])('is refused when it is none: %j', (path) => {
    expect(() => NixosConfiguration.fromFlake('.#web').option(path)).toThrow(
      /^\[NixosConfiguration.option\] path: got .*, expected the path of an option: networking.hostName; separate names/,
    );
  });
});
