import { App, TerraformStack } from 'cdktf';
import { expect, it } from 'vitest';
import { NixosConfiguration } from '../../lib/nixos-configuration';
import { countedNix, evaluators } from './support/counted-nix';
import { describeWithEachNix } from './support/nix-versions';
import { captured, ProjectFolder } from './support/project-folder';
import { Requester } from './support/requester';

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

function machines(count: number): string {
  return range(count)
    .map((index) => `m${index} = system [ { networking.hostName = "m${index}"; } ];`)
    .join('\n');
}

describeWithEachNix('a fleet', () => {
  it('a fleet of 100 machines in 4 stacks is one batch of one evaluator', () => {
    const project = ProjectFolder.flake(machines(100));
    const requesters: Requester[] = [];
    const output = { stdout: '', stderr: '' };
    const commands = countedNix(() =>
      project.within(() => {
        const app = new App({ outdir: project.output });
        for (const number of range(4)) {
          const stack = new TerraformStack(app, `stack${number}`);
          for (const index of range(25)) {
            const configuration = NixosConfiguration.fromFlake(`.#m${number * 25 + index}`);
            requesters.push(new Requester(stack, `m${number * 25 + index}`, configuration));
          }
        }
        Object.assign(
          output,
          captured(() => app.synth()),
        );
      }),
    );
    expect(commands.map((command) => command.replace(/ .*(metadata|eval|--add-root) .*/, ' $1'))).toEqual([
      'nix metadata',
      'nix eval',
      'nix-instantiate --add-root',
    ]);
    const some = requesters[42].evaluated.toplevel;
    expect(some).toBe(project.nixEval('.#nixosConfigurations.m42.config.system.build.toplevel'));
    expect(new Set(requesters.map((requester) => requester.evaluated.toplevel)).size).toBe(100);
    expect(output.stderr).toBe('');
    expect(output.stdout).toMatch(/^cdktf-nixos: evaluated 100 configurations from \. in \d+\.\d s\n$/);
  });

  const FAILURES: { [name: string]: [module: string, sentence: string | RegExp] } = {
    m3: ['{ services.nonsense.enable = true; }', 'The option `services.nonsense'],
    m7: ['{ networking.hostName = 7; }', "A definition for option `networking.hostName' is not of type"],
    m11: ['{ users.motd = throw "the throw of m11"; }', 'the throw of m11'],
    m20: ['({ pkgs, ... }: { users.motd = pkgs.nonsense; })', "attribute 'nonsense' missing"],
    m21: [
      '{ users.motd = abort "the abort of m21"; }',
      "evaluation aborted with the following error message: 'the abort of m21'",
    ],
    m35: ['({ config, ... }: { users.motd = config.users.motd; })', 'infinite recursion encountered'],
    m49: ['./missing.nix', /missing\.nix'.*(does not exist|No such file)|(path|status of) '.*missing\.nix/],
  };

  it('a fleet with 7 failing machines gets a reason for each, with at most one evaluator more for each', () => {
    const failing = Object.entries(FAILURES).map(([name, [module]]) => `${name} = system [ ${module} ];`);
    const good = range(50).filter((index) => !(`m${index}` in FAILURES));
    const fine = good.map((index) => `m${index} = system [ { networking.hostName = "m${index}"; } ];`);
    const project = ProjectFolder.flake([...failing, ...fine].join('\n'));
    let requesters: Requester[] = [];
    let message = '';
    const commands = countedNix(() =>
      project.within(() => {
        const app = new App({ outdir: project.output });
        const stack = new TerraformStack(app, 'fleet');
        requesters = range(50).map(
          (index) => new Requester(stack, `m${index}`, NixosConfiguration.fromFlake(`.#m${index}`)),
        );
        expect(() => app.synth()).toThrow(/^Validation failed/);
        try {
          app.synth();
        } catch (error) {
          message = (error as Error).message;
        }
      }),
    );
    expect(evaluators(commands).length).toBeLessThanOrEqual(8);
    for (const index of good) expect(requesters[index].evaluated.toplevel).toContain(`-nixos-system-m${index}-`);
    const problems = message.split(/^ {2}(?=\[fleet)/m).slice(1);
    expect(problems).toHaveLength(7);
    Object.entries(FAILURES).forEach(([name, [, sentence]], index) => {
      expect(problems[index]).toMatch(new RegExp(`^\\[fleet/${name}\\] \\.#${name} cannot be evaluated: `));
      if (typeof sentence === 'string') expect(problems[index]).toContain(sentence);
      else expect(problems[index]).toMatch(sentence);
      expect(problems[index]).toContain(`requested by: fleet/${name}\n`);
    });
  });

  it('a fleet of 12 machines that all fail otherwise explains eight and names the others', () => {
    const project = ProjectFolder.flake(
      range(12)
        .map(
          (index) => `m${index} = system [ { users.motd = ${index % 3 ? 'throw' : 'abort'} "error of m${index}"; } ];`,
        )
        .join('\n'),
    );
    let message = '';
    const commands = countedNix(() =>
      project.within(() => {
        const app = new App({ outdir: project.output });
        const stack = new TerraformStack(app, 'fleet');
        for (const index of range(12)) new Requester(stack, `m${index}`, NixosConfiguration.fromFlake(`.#m${index}`));
        try {
          app.synth();
        } catch (error) {
          message = (error as Error).message;
        }
      }),
    );
    expect(evaluators(commands).length).toBeLessThanOrEqual(9);
    const problems = message.split(/^ {2}(?=\[fleet)/m).slice(1);
    expect(problems).toHaveLength(9);
    const last = problems.filter((problem) => problem.includes('it is one of 4 that failed or were not reached'));
    expect(last).toHaveLength(1);
    expect(last[0]).toMatch(
      /^\[fleet\/m\d+\] \.#m\d+ was not evaluated to the end: .*\n {2}the same error: \.#m\d+, \.#m\d+, \.#m\d+\n/,
    );
  });
});
