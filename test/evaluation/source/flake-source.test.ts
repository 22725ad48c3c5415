import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { NixosConfiguration } from '../../../lib/nixos-configuration';
import { describeWithEachNix } from '../support/nix-versions';
import { captured, flake, ProjectFolder } from '../support/project-folder';
import { evaluate, problemsOf } from '../support/requester';

const WEB = 'web = system [ { networking.hostName = "web"; } ];';
const web = () => NixosConfiguration.fromFlake('.#web');

/** The line that a message tells to run. */
function printedCommand(before: string, message: string): string {
  return message.slice(message.indexOf(before) + before.length).split('\n')[0];
}

/** The settings of the test, on a machine where flakes are not switched on. */
function withoutFeatures(): string {
  return (process.env.NIX_CONFIG ?? '').replace(/^.*experimental-features.*$/gm, '');
}

afterEach(() => void vi.unstubAllEnvs());

describeWithEachNix('a flake that is a git repository', () => {
  it('a dirty git repository is evaluated, with a warning of one line', () => {
    const project = ProjectFolder.flake(WEB);
    project.write({ 'flake.nix': flake(WEB.replace('"web"', '"changed"')) });
    let toplevel = '';
    const { stdout, stderr } = captured(() => (toplevel = evaluate(project, web).toplevel));
    expect(toplevel).toContain('-nixos-system-changed-');
    const [summary, dirty, ...rest] = stdout.split('\n');
    expect(summary).toMatch(/^cdktf-nixos: evaluated 1 configuration from \. in /);
    expect(dirty).toBe('cdktf-nixos: . has uncommitted changes, which are deployed too');
    expect(rest).toEqual(['']);
    expect(stderr).toBe('');
  });

  it('a file that git does not track fails with "git add"', () => {
    const project = ProjectFolder.flake('web = system [ ./machine.nix ];');
    project.write({ 'machine.nix': '{ }' });
    expect(problemsOf(project, web)).toContain(
      'machine.nix exists but git does not track it, so Nix does not see it: git add -- machine.nix',
    );
  });

  it('a flake without a lock is reported, also where its inputs cannot be reached', () => {
    const project = ProjectFolder.flake(WEB);
    const unreachable = 'inputs.far.url = "http://127.0.0.1:1/far.tar.gz";\n  outputs =';
    project.write({ 'flake.nix': flake(WEB).replace('outputs =', unreachable) });
    expect(problemsOf(project, web)).toMatch(
      /unable to download[^]*unlocked inputs may differ at the next synth; run this: nix .* flake lock \. && git add -- flake\.lock/,
    );
  });

  it('an error names the module that declares the options of this package', () => {
    const project = ProjectFolder.flake('web = system [ { cdktf-nixos.values.some = { }; } ];');
    expect(problemsOf(project, web)).toContain(
      "NixosModule.fromFile(require.resolve('cdktf-nixos/nix/modules/values.nix'))",
    );
  });

  it.each([
    ['beside the project', (project: ProjectFolder) => `../${path.basename(project.directory)}-infra`],
    ['in a folder whose name begins with a dash', () => './-infra'],
  ])('the lines that the errors print cure a git repository of its own: %s', (_, where) => {
    const project = ProjectFolder.empty();
    const reference = where(project);
    const folder = path.join(project.directory, reference);
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    project.write({
      [`${reference}/flake.nix`]: flake('web = system [ ./-machine.nix ];'),
      [`${reference}/-machine.nix`]: '{ networking.hostName = "web"; }',
    });
    project.run('git', ['init', '--quiet', folder]);
    project.run('git', ['-C', folder, 'add', 'flake.nix']);
    const configuration = () => NixosConfiguration.fromFlake(`${reference}#web`);
    project.run('sh', ['-c', printedCommand('run this: ', problemsOf(project, configuration))]);
    project.run('sh', ['-c', printedCommand('does not see it: ', problemsOf(project, configuration))]);
    expect(evaluate(project, configuration).toplevel).toContain('-nixos-system-web-');
    expect(project.run('git', ['-C', folder, 'ls-files'])).toBe('-machine.nix\nflake.lock\nflake.nix');
  });

  it('a flake.nix that git does not track fails with "git add"', () => {
    const project = ProjectFolder.flake(WEB);
    project.run('git', ['rm', '--quiet', '--cached', 'flake.nix']);
    expect(problemsOf(project, web)).toContain('flake.nix exists but git does not track it, so Nix does not see it');
  });

  it('a missing flake.lock and an outdated one fail, and none is written', () => {
    const project = ProjectFolder.flake(WEB);
    project.run('git', ['rm', '--quiet', '--force', 'flake.lock']);
    const message = 'unlocked inputs may differ at the next synth; run this: ';
    expect(problemsOf(project, web)).toContain(message);
    expect(existsSync(path.join(project.directory, 'flake.lock'))).toBe(false);
    project.lock();
    project.run('git', ['rm', '--quiet', '--cached', 'flake.lock']);
    expect(problemsOf(project, web)).toContain(message);
    project.run('git', ['add', 'flake.lock']);
    const more = flake(WEB).replace('outputs', `inputs.more.url = "path:${project.directory}/more";\n outputs`);
    project.write({
      'flake.nix': more.replace('self, nixpkgs }', 'self, nixpkgs, more }'),
      'more/flake.nix': flake(''),
    });
    const outdated = project.run('cat', ['flake.lock']);
    expect(problemsOf(project, web)).toContain(message);
    expect(project.run('cat', ['flake.lock'])).toBe(outdated);
  });

  it.each([
    ['in the project', '.', ''],
    ['below it', './machines', 'machines/'],
  ])(
    'the line that the error prints cures a flake that is not locked, also where flakes are off: %s',
    (_, flake_, at) => {
      const project = ProjectFolder.empty({ [`${at}flake.nix`]: flake(WEB), '.gitignore': 'cdktf.out' });
      project.run('git', ['init', '--quiet']);
      project.run('git', ['add', '.']);
      const configuration = () => NixosConfiguration.fromFlake(`${flake_}#web`);
      vi.stubEnv('NIX_CONFIG', withoutFeatures());
      expect(() => project.run('nix', ['flake', 'lock', flake_])).toThrow('experimental');
      project.run('sh', ['-c', printedCommand('run this: ', problemsOf(project, configuration))]);
      expect(evaluate(project, configuration).toplevel).toContain('-nixos-system-web-');
      expect(project.run('git', ['ls-files', at || '.'])).toContain('flake.lock');
    },
  );

  it('a flake without inputs needs no flake.lock', () => {
    const project = ProjectFolder.empty({
      'flake.nix': `{
        outputs = { self }: {
          nixosConfigurations.web.config.system.build.toplevel =
            derivation { name = "t"; system = "x86_64-linux"; builder = "/bin/sh"; };
        };
      }`,
    });
    project.run('git', ['init', '--quiet']);
    project.run('git', ['add', 'flake.nix']);
    expect(evaluate(project, web)).toMatchObject({ system: 'x86_64-linux', switchable: true });
  });

  it('a synth changes nothing but its output folder', () => {
    const project = ProjectFolder.flake(WEB);
    evaluate(project, web);
    expect(project.run('git', ['status', '--porcelain'])).toBe('');
    const expected = ['.git', '.gitignore', 'cdktf.json', 'cdktf.out', 'flake.lock', 'flake.nix'];
    expect(readdirSync(project.directory).sort()).toEqual(expected);
  });
});

describeWithEachNix('a flake that is not a git repository', () => {
  const refused = (project: ProjectFolder, reference: string, content: string) =>
    expect(problemsOf(project, () => NixosConfiguration.fromFlake(`${reference}#web`))).toContain(
      `is not a git repository and holds ${content}, which Nix would copy to its world-readable store at every synth`,
    );

  it('a flake that is not in git is refused when it holds the output of synth, also by another name', () => {
    const project = ProjectFolder.flake(WEB, { git: false });
    symlinkSync('.', path.join(project.directory, 'again'));
    const query = `path:${project.directory}?x=y`;
    for (const reference of ['.', './', './again', project.directory, `path:${project.directory}`, 'path:.', query]) {
      refused(project, reference, 'the output of synth (cdktf.out)');
    }
  });

  it.each(['terraform.tfstate', 'deep/terraform.web.tfstate.backup'])(
    'a flake that is not in git is refused when it holds a state: %s',
    (name) => {
      const project = ProjectFolder.empty();
      project.write({ 'machines/flake.nix': flake(WEB), [`machines/${name}`]: '{}' });
      refused(project, './machines', `the Terraform state ${name}`);
    },
  );

  it.each(['node_modules', 'deep/.terraform'])('a flake that is not in git is refused when it holds %s', (name) => {
    const project = ProjectFolder.empty({ 'machines/flake.nix': flake(WEB) });
    mkdirSync(path.join(project.directory, 'machines', name), { recursive: true });
    refused(project, './machines', name);
  });

  it('a flake that is not in git is evaluated in a folder of its own, locked by the line that the error prints', () => {
    const project = ProjectFolder.empty({ 'machines/flake.nix': flake(WEB) });
    const unlocked = problemsOf(project, () => NixosConfiguration.fromFlake('./machines#web'));
    project.run('sh', ['-c', printedCommand('run this and keep flake.lock beside flake.nix: ', unlocked)]);
    const { toplevel } = evaluate(project, () => NixosConfiguration.fromFlake('./machines#web'));
    expect(toplevel).toBe(project.nixEval('path:./machines#nixosConfigurations.web.config.system.build.toplevel'));
  });
});

describe('a flake that is not there', () => {
  it('a missing flake is one problem for all who want it', () => {
    const project = ProjectFolder.empty();
    const problems = problemsOf(project, () => NixosConfiguration.fromFlake('./nowhere#web'));
    expect(problems).toMatch(/\[fleet\/web\] flake \.\/nowhere cannot be evaluated: /);
    expect(problems).toContain('requested by: fleet/web');
  });
});
