import { readFileSync } from 'node:fs';
import { Fn, Op, TerraformIterator, TerraformOutput, TerraformStack, App, TerraformResource, Testing } from 'cdktf';
import { execaSync } from 'execa';
import { describe, expect, it } from 'vitest';
import { NixosConfiguration } from '../lib/nixos-configuration';
import { countedNix, evaluators } from './evaluation/support/counted-nix';
import { describeWithEachNix } from './evaluation/support/nix-versions';
import { ProjectFolder } from './evaluation/support/project-folder';

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
    largest = 9007199254740991;
    tooLarge.inside = [ (-9007199254740993) ];
    deep.inside = [ { f = x: x; } ];
    endless = let set = { inherit set; }; in set;
  };
}`;
const terraform = execaSync('which', ['terraform'], { reject: false }).exitCode === 0;
const WEB = `web = system [ (${MODULE}) ];`;
const option = (path: string) => NixosConfiguration.fromFlake('.#web').option(path);

/** The Terraform JSON of a program. */
function synthesized(project: ProjectFolder, define: (stack: TerraformStack) => void): any {
  return project.within(() => {
    const app = new App({ outdir: project.output });
    define(new TerraformStack(app, 'fleet'));
    app.synth();
    return JSON.parse(readFileSync(`${project.output}/stacks/fleet/cdk.tf.json`, 'utf8'));
  });
}

function outputs(project: ProjectFolder, values: { [name: string]: any }): { [name: string]: unknown } {
  const json = synthesized(project, (stack) => {
    for (const [name, value] of Object.entries(values)) new TerraformOutput(stack, name, { value });
  });
  return Object.fromEntries(Object.entries<{ value: unknown }>(json.output).map(([name, { value }]) => [name, value]));
}

describeWithEachNix('the value of an option', () => {
  it('the value of an option is a literal in Terraform, whatever its type and its characters', () => {
    const project = ProjectFolder.flake(WEB);
    const literals = outputs(project, {
      text: option('test.text').asString(),
      inside: `<${option('test.text').asString()}>`,
      number: option('test.number').asNumber(),
      largest: option('test.largest').asString(),
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
      largest: '9007199254740991',
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

  it('the value of an option is a quoted literal in expressions', () => {
    const project = ProjectFolder.flake(WEB);
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
    `the value of an option means to Terraform what it is in Nix${terraform ? '' : ' (terraform is not installed)'}`,
    () => {
      const project = ProjectFolder.flake(WEB);
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

  it('the value of an option drives for_each', () => {
    const project = ProjectFolder.flake(WEB);
    const json = synthesized(project, (stack) => {
      const resource = new TerraformResource(stack, 'rule', { terraformResourceType: 'terraform_data' });
      resource.forEach = TerraformIterator.fromList(option('test.numbers').asStringList());
    });
    expect(json.resource.terraform_data.rule.for_each).toBe('${toset(["22", "80"])}');
  });

  it('options cost one batch for all options and systems of an app, in several stacks and under Testing.synth', () => {
    const project = ProjectFolder.flake(WEB);
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

  it('an option is read while the program runs, together with all that was requested by then', () => {
    const project = ProjectFolder.flake(WEB);
    const commands = countedNix(() =>
      synthesized(project, (stack) => {
        const web = NixosConfiguration.fromFlake('.#web');
        const evaluation = web._evaluation(stack);
        expect(web.option('test.numbers').read(stack)).toEqual([22, 80]);
        expect(web.option('test.numbers').read(stack)).toEqual([22, 80]);
        expect(NixosConfiguration.fromFlake('.#web').option('test.numbers').read(stack)).toEqual([22, 80]);
        expect(web.option('test.text').read(stack)).toBe('a "quoted" ${HOME} %{x} \\ \n ü');
        expect(web.option('test.nothing').read(stack)).toBe(null);
        expect(evaluation.result().toplevel).toContain('/nix/store/');
      }),
    );
    expect(evaluators(commands)).toHaveLength(3);
  });

  it.each([
    [
      'test.function',
      'option test.function of .#web: got a value that holds a function, which JSON cannot carry, expected data; ask',
    ],
    ['test.deep', 'option test.deep of .#web: got a value that holds a function at .inside[0].f, which JSON cannot'],
    [
      'test.tooLarge',
      'option test.tooLarge of .#web: got the whole number -9007199254740993 at .inside[0], expected at most ' +
        '9007199254740991 (2^53 - 1); make it a string in NixOS',
    ],
    ['test.endless', 'got a value that holds nested deeper than 64 levels at .set.set'],
    ['test', 'got a value that holds '],
    [
      'test.none',
      'option test.none of .#web: got no such option: test has no "none", expected an option of the configuration; test has',
    ],
    ['nope.x', 'option nope.x of .#web: got no such option: the configuration has no "nope"'],
    [
      'services.opensh.enable',
      'services has no "opensh", expected an option of the configuration; did you mean services.openssh.enable?',
    ],
    ['services.openssh.enabled', 'did you mean services.openssh.enable?'],
    [
      'test.text.x',
      'test.text has no "x", expected an option of the configuration; test.text is a value and has no options',
    ],
  ])('a wrong option fails by its name: %s', (path, message) => {
    const project = ProjectFolder.flake(WEB);
    expect(() => outputs(project, { value: option(path).asAny() })).toThrow(message);
    const read = () => synthesized(project, (stack) => void option(path).read(stack));
    expect(read).toThrow(message);
    expect(read).toThrow(/^\[fleet\] option /);
  });

  it('a missing option is reported once for its stack, as a problem and not a crash, and costs no evaluator more', () => {
    const project = ProjectFolder.flake(WEB);
    const define = (stack: TerraformStack) => {
      new TerraformOutput(stack, 'a', { value: option('test.none').asAny() });
      new TerraformOutput(stack, 'b', { value: option('test.none').asString() });
      new TerraformOutput(stack, 'system', { value: NixosConfiguration.fromFlake('.#web').toplevel });
    };
    let message = '';
    const commands = countedNix(() => {
      try {
        synthesized(project, define);
      } catch (error) {
        message = (error as Error).message;
      }
    });
    expect(message).toMatch(
      /^Validation failed with the following errors:\n {2}\[fleet\] option test\.none of \.#web: got/,
    );
    expect(message.match(/test has no "none"/g)).toHaveLength(1);
    expect(evaluators(commands)).toHaveLength(1);
  });

  it.each([
    ['asNumber' as const, 'test.text', 'option test.text of .#web: got a string, expected a number; use asString()'],
    ['asString' as const, 'test.nothing', 'got null, expected a string; use asAny()'],
    ['asBoolean' as const, 'test.mixed', 'got a set, expected a boolean; use asAny()'],
    ['asStringList' as const, 'test.number', 'got a number, expected a string list; use asNumber()'],
    ['asNumberList' as const, 'test.texts', 'got a list, expected a number list; use asStringList()'],
    ['asString' as const, 'test.numbers', 'got a list, expected a string; use asNumberList()'],
    ['asNumber' as const, 'test.yes', 'got a boolean, expected a number; use asBoolean()'],
  ])('an option of another type fails as a problem of the program: %s of %s', (type, path, message) => {
    const project = ProjectFolder.flake(WEB);
    const synth = () => outputs(project, { value: option(path)[type]() });
    expect(synth).toThrow(message);
    expect(synth).toThrow(/^Validation failed with the following errors:\n {2}\[fleet\] option test\./);
  });
});

describe('the path of an option', () => {
  it.each(['', '.', 'a.', 'a..b', 'a b', '"a', 7 as unknown as string])('the option path %j is refused', (path) => {
    expect(() => NixosConfiguration.fromFlake('.#web').option(path)).toThrow(
      /^\[NixosConfiguration.option\] path: got .*, expected the path of an option: networking.hostName; separate names/,
    );
  });
});
