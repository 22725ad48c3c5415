import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { App, TerraformOutput, TerraformStack } from 'cdktf';
import { execaSync } from 'execa';
import { afterEach, expect, it, vi } from 'vitest';
import { NixosConfiguration } from '../../lib/nixos-configuration';
import { NixosModule } from '../../lib/nixos-module';
import { NixpkgsSource } from '../../lib/nixpkgs-source';
import { countedNix, evaluators } from './support/counted-nix';
import { describeWithEachNix } from './support/nix-versions';
import { DISTRIBUTION, Project } from './support/project';
import { evaluate, problemsOf, Wants } from './support/wants';

afterEach(() => void vi.unstubAllEnvs());

const machine = (name: string) => `web = system [ { networking.hostName = "${name}"; } ];`;
const web = () => NixosConfiguration.fromFlake('.#web');

/** The derivations that are kept from garbage collection. */
function roots(project: Project): string[] {
  const folder = path.join(project.output, 'nixos', 'roots');
  const sets = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const links = sets.flatMap(({ name }) =>
    readdirSync(path.join(folder, name)).map((link) => path.join(folder, name, link)),
  );
  return links.filter((link) => !link.endsWith('.json')).map((link) => readlinkSync(link));
}

describeWithEachNix('a synth', () => {
  it('a synth keeps the derivations of this and the two synths before that differ, in one call of Nix', () => {
    const project = Project.flake(machine('a'));
    const drvs = ['a', 'b', 'b', 'c', 'd'].map((name) => {
      project.write({
        'flake.nix': project.run('cat', ['flake.nix']).replace(/hostName = "."/, `hostName = "${name}"`),
      });
      let drvPath: string | undefined;
      const commands = countedNix(() => (drvPath = evaluate(project, web).drvPath));
      expect(commands.filter((command) => command.includes('--add-root'))).toHaveLength(1);
      return drvPath;
    });
    expect(roots(project).sort()).toEqual([...new Set(drvs.slice(2))].sort());
  });

  it('a synth gives the same bytes in another folder with another home', () => {
    const first = Project.flake(`${machine('web')} db = system [ ];`);
    const second = Project.empty();
    cpSync(first.directory, second.directory, { recursive: true });
    const texts = [first, second].map((project) => {
      vi.stubEnv('HOME', path.join(project.directory, 'home'));
      mkdirSync(path.join(project.directory, 'home'), { recursive: true });
      writeFileSync(path.join(project.directory, '.git/info/exclude'), 'home\n');
      return project.within(() => {
        const app = new App({ outdir: project.output });
        const stack = new TerraformStack(app, 'fleet');
        const modules = [NixosModule.fromConfig({ users: { motd: 'x' } })];
        const wants = new Wants(stack, 'web', web().extend({ modules }));
        new TerraformOutput(stack, 'toplevel', { value: web().toplevel });
        new TerraformOutput(stack, 'ports', { value: web().option('services.openssh.ports').asAny() });
        app.synth();
        expect(wants.evaluated.toplevel).toContain('/nix/store/');
        const json = readFileSync(path.join(project.output, 'stacks/fleet/cdk.tf.json'), 'utf8');
        const record = readFileSync(path.join(project.output, 'nixos/nixos.json'), 'utf8');
        return [json.replaceAll(project.directory, ''), record];
      });
    });
    expect(texts[0]).toEqual(texts[1]);
  });

  it('a synth works in an output folder with any characters', () => {
    const project = Project.flake(machine('web'));
    const output = path.join(project.directory, 'cdktf.out', "ü #?%20 'q'");
    mkdirSync(path.dirname(output));
    project.within(() => {
      const app = new App({ outdir: output });
      const wants = new Wants(new TerraformStack(app, 'fleet'), 'web', web());
      app.synth();
      expect(wants.evaluated.toplevel).toContain('-nixos-system-web-');
    });
    expect(existsSync(path.join(output, 'nixos', 'nixos.json'))).toBe(true);
  });

  it('a synth evaluates what an aspect adds late in one more batch', () => {
    const project = Project.flake(`${machine('web')} db = system [ ];`);
    const commands = countedNix(() =>
      project.within(() => {
        const app = new App({ outdir: project.output });
        const stack = new TerraformStack(app, 'fleet');
        new Wants(stack, 'web', web());
        const late = new TerraformStack(app, 'late');
        late.node.addValidation({
          validate: () => {
            const { toplevel } = new Wants(late, 'db', NixosConfiguration.fromFlake('.#db')).evaluated;
            return toplevel ? [] : ['nothing'];
          },
        });
        app.synth();
      }),
    );
    expect(evaluators(commands)).toHaveLength(2);
  });

  const byHand = (project: Project, problems: string) => {
    vi.stubEnv('NIX_CONFIG', (process.env.NIX_CONFIG ?? '').replace(/^.*experimental-features.*$/gm, ''));
    const command = /by hand: (.*)$/m.exec(problems)?.[1] ?? '';
    return execaSync('sh', ['-c', command], { cwd: project.directory, reject: false });
  };

  it('a synth that fails prints only a command that shows the error again, also where flakes are off', () => {
    const project = Project.flake('web = system [ { users.motd = throw "the error of web"; } ];');
    const { exitCode, stdout, stderr } = byHand(project, problemsOf(project, web));
    expect(exitCode).toBe(1);
    expect(stderr).toContain('the error of web');
    expect(stdout).toBe('');
  });

  it('a synth of a file that fails prints such a command too', () => {
    const project = Project.empty({ "it's here/configuration.nix": '{ users.motd = throw "the error of web"; }' });
    const configuration = () =>
      NixosConfiguration.fromFile("it's here/configuration.nix", {
        nixpkgs: NixpkgsSource.fromPath(DISTRIBUTION),
        system: 'x86_64-linux',
      });
    const { exitCode, stdout, stderr } = byHand(project, problemsOf(project, configuration));
    expect(exitCode).toBe(1);
    expect(stderr).toContain('the error of web');
    expect(stdout).toBe('');
  });

  it('a synth that fails hides the credentials of its command and names what to fill in', () => {
    const project = Project.flake('web = system [ { users.motd = throw "the error of web"; } ];');
    const settings = {
      'access-tokens': 'github.com=ghp_secret',
      substituters: 'https://user:secret@cache.example',
      'max-call-depth': '20000',
    };
    const problems = problemsOf(project, () => web().extend({ nix: { settings } }));
    expect(problems).toContain('  by hand (fill in "...": access-tokens, the login of a URL): cd ');
    expect(problems).toContain(
      '--option access-tokens ... --option substituters https://...@cache.example --option max-call-depth 20000',
    );
    expect(problems).not.toContain('secret');
  });

  it('a synth names the cure when nix is missing', () => {
    const project = Project.flake(machine('web'));
    vi.stubEnv('PATH', '/nowhere');
    expect(problemsOf(project, web)).toContain(
      'nix is not on PATH: synth evaluates NixOS configurations with it; install Nix',
    );
  });
});
