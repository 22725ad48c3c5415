import { chmodSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { execaSync } from 'execa';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { gitReference } from '../../../lib/evaluation/source/git-reference';
import { NixosConfiguration } from '../../../lib/nixos-configuration';
import { describeWithEachNix } from '../support/nix-versions';
import { flake, ProjectFolder } from '../support/project-folder';
import { evaluate, problemsOf } from '../support/requester';

afterEach(() => void vi.unstubAllEnvs());

const WEB = 'web = system [ { networking.hostName = "web"; } ];';
const TOPLEVEL = 'nixosConfigurations.web.config.system.build.toplevel';

/** The system that synth gives, which has to be the one of `nix eval`. */
function expectTheSystemOfNix(project: ProjectFolder, reference: string): void {
  const { toplevel } = evaluate(project, () => NixosConfiguration.fromFlake(`${reference}#web`));
  expect(toplevel).toBe(project.nixEval(`${reference}#${TOPLEVEL}`));
}

it('a reference of a git tree has every attribute and nothing about the result', () => {
  const attributes = { type: 'git', url: 'file:///a?dir=b', dir: 'b', submodules: true, shallow: false, rev: 'c' };
  const result = { narHash: 'sha256-x', lastModified: 1, revCount: 2, dirtyRev: 'd', __final: true };
  expect(gitReference({ ...attributes, ...result })).toBe('git+file:///a?dir=b&submodules=1&shallow=0&rev=c');
  expect(gitReference({ type: 'git', url: 'ssh://git@host/a b', ref: 'x+y z' })).toBe(
    'git+ssh://git@host/a b?ref=x%2By%20z',
  );
  expect(gitReference({ type: 'git', url: 'file:///a' })).toBe('git+file:///a');
});

describeWithEachNix('a git tree with a submodule', () => {
  // Git refuses submodules at a path of this machine unless it is told, here by variables as CI does.
  beforeEach(() => {
    vi.stubEnv('GIT_CONFIG_COUNT', '1');
    vi.stubEnv('GIT_CONFIG_KEY_0', 'protocol.file.allow');
    vi.stubEnv('GIT_CONFIG_VALUE_0', 'always');
  });

  function projectWithSubmodule(): ProjectFolder {
    const modules = ProjectFolder.empty({ 'web.nix': '{ networking.hostName = "web"; }' });
    modules.run('git', ['init', '--quiet']);
    modules.commit();
    const project = ProjectFolder.flake('web = system [ ./mods/web.nix ];');
    project.run('git', ['submodule', '--quiet', 'add', modules.directory, 'mods']);
    project.write({
      'nix/flake.nix': flake('web = system [ ../mods/web.nix ];'),
      'nix/flake.lock': readFileSync(path.join(project.directory, 'flake.lock'), 'utf8'),
    });
    project.commit();
    return project;
  }

  it.each([
    ['.?submodules=1', 'clean'],
    ['.?submodules=1', 'dirty'],
    ['./nix?submodules=1', 'clean'],
    ['./nix?submodules=1', 'dirty'],
  ])('a flake that imports the submodule has the system of nix eval: %s, %s', (reference, state) => {
    const project = projectWithSubmodule();
    if (state === 'dirty') project.write({ '.gitignore': 'cdktf.out\nanother\n' });
    expectTheSystemOfNix(project, reference);
  });

  it('the reference that the error of a missing submodule names cures it', () => {
    const project = projectWithSubmodule();
    const problems = problemsOf(project, () => NixosConfiguration.fromFlake('.#web'));
    const [, reference] = /mods\/web\.nix is in a git submodule, .*; name the flake (\S+)/.exec(problems) ?? [];
    expect(reference).toBe('.?submodules=1');
    expect(problems).not.toContain('git add');
    expectTheSystemOfNix(project, reference);
  });
});

describeWithEachNix('a shallow clone', () => {
  it('a flake in a folder of a shallow clone has the system of nix eval', () => {
    const origin = ProjectFolder.flake(WEB, { files: { 'nix/flake.nix': flake(WEB) } });
    origin.write({ 'nix/flake.lock': readFileSync(path.join(origin.directory, 'flake.lock'), 'utf8') });
    origin.commit();
    const project = ProjectFolder.empty();
    const clone = path.join(project.directory, 'clone');
    execaSync('git', ['clone', '--quiet', '--depth', '1', `file://${origin.directory}`, clone]);
    expectTheSystemOfNix(project, './clone/nix');
    const reference = `git+file://${clone}?dir=nix`;
    const { exitCode } = execaSync('nix', ['eval', `${reference}#${TOPLEVEL}`], { cwd: clone, reject: false });
    // Nix 2.8 itself takes a shallow clone only when it is told that it is one.
    if (exitCode === 0) expectTheSystemOfNix(project, reference);
    else expectTheSystemOfNix(project, `${reference}&shallow=1`);
  });
});

describeWithEachNix('a git tree behind ssh', () => {
  it('a flake is fetched by the ssh of GIT_SSH_COMMAND', () => {
    const origin = ProjectFolder.flake(WEB);
    const project = ProjectFolder.empty({ ssh: '#!/bin/sh\nfor command; do :; done\nexec sh -c "$command"\n' });
    chmodSync(path.join(project.directory, 'ssh'), 0o755);
    vi.stubEnv('GIT_SSH_COMMAND', path.join(project.directory, 'ssh'));
    expectTheSystemOfNix(project, `git+ssh://git@127.0.0.1${origin.directory}`);
  });
});

describeWithEachNix('a git tree that tracks what must not be copied', () => {
  it.each([
    ['cdktf.out/stacks/web/cdk.tf.json', 'the output of synth (cdktf.out)', 'git rm -r --quiet --cached -- cdktf.out'],
    ['infra/terraform.web.tfstate', 'the Terraform state infra/terraform.web.tfstate', undefined],
    ['.terraform/providers/x', '.terraform', undefined],
  ])('a tracked %s is refused, and the line that the error prints cures it', (file, description, line) => {
    const project = ProjectFolder.flake(WEB);
    project.write({ [file]: '{}', '.gitignore': 'nothing\n' });
    project.commit();
    const web = () => NixosConfiguration.fromFlake('.#web');
    const problems = problemsOf(project, web);
    expect(problems).toContain(`git tracks ${description}, which Nix would copy to its world-readable store`);
    const [, command] = /add it to \.gitignore: (.*)$/m.exec(problems) ?? [];
    if (line) expect(command).toBe(line);
    project.run('sh', ['-c', command]);
    expect(evaluate(project, web).toplevel).toContain('-nixos-system-web-');
  });

  it.each(['rev', 'ref'])('a %s that tracks them is refused, although the work tree does not any more', (kind) => {
    const project = ProjectFolder.flake(WEB);
    project.write({ 'terraform.tfstate': '{}' });
    project.commit();
    project.run('git', ['branch', 'old']);
    const name = kind === 'ref' ? 'old' : project.run('git', ['rev-parse', 'HEAD']);
    project.run('git', ['rm', '--quiet', 'terraform.tfstate']);
    project.commit();
    const reference = `git+file://${project.directory}?${kind}=${name}`;
    expect(problemsOf(project, () => NixosConfiguration.fromFlake(`${reference}#web`))).toContain(
      `the commit ${name} has the Terraform state terraform.tfstate, which Nix would copy to its world-readable store`,
    );
    expectTheSystemOfNix(project, `git+file://${project.directory}`);
  });

  it('a commit from before they were tracked is evaluated', () => {
    const project = ProjectFolder.flake(WEB);
    const before = project.run('git', ['rev-parse', 'HEAD']);
    project.write({ 'terraform.tfstate': '{}' });
    project.commit();
    expectTheSystemOfNix(project, `git+file://${project.directory}?rev=${before}`);
  });

  it('a tree that has them without tracking them is evaluated', () => {
    const project = ProjectFolder.flake(WEB, { files: { '.gitignore': 'cdktf.out\n*.tfstate\n' } });
    project.write({ 'terraform.tfstate': '{}' });
    mkdirSync(project.output, { recursive: true });
    expectTheSystemOfNix(project, '.');
    rmSync(project.output, { recursive: true });
  });
});
