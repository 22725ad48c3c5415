import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { expect, it, vi, afterEach } from 'vitest';
import { advice } from '../../../lib/evaluation/source/advice';
import { NixosConfiguration } from '../../../lib/nixos-configuration';
import { describeWithEachNix } from '../support/nix-versions';
import { flake, ProjectFolder } from '../support/project-folder';
import { evaluate, problemsOf } from '../support/requester';

const web = () => NixosConfiguration.fromFlake('.#web');

afterEach(() => vi.unstubAllEnvs());

describeWithEachNix('a repository that Git refuses', () => {
  it.skipIf(process.getuid?.() !== 0)(
    'the repository of another user is named as the cause, and the command in the error cures it',
    () => {
      const project = ProjectFolder.flake('web = system [ { networking.hostName = "web"; } ];');
      vi.stubEnv('HOME', mkdtempSync(path.join(project.directory, '.git', 'home-')));
      project.run('chown', ['-R', '1234', '.']);
      const problems = problemsOf(project, web);
      expect(problems).toContain(
        `git reported: fatal: detected dubious ownership in repository at '${project.directory}'`,
      );
      const [, line] = /to trust it as it is, run this: (.*)/.exec(problems) ?? [];
      expect(line).toBe(`git config --global --add safe.directory ${project.directory}`);
      project.run('sh', ['-c', line]);
      expect(evaluate(project, web).toplevel).toContain('-nixos-system-web-');
    },
  );

  it('an error has the words of Git for an input of the flake', () => {
    const project = ProjectFolder.flake('web = system [ ];');
    const gone = 'inputs.gone.url = "git+file:///nonexistent/input"; outputs = { self, nixpkgs, gone }:';
    project.write({ 'flake.nix': flake('web = system [ ];').replace('outputs = { self, nixpkgs }:', gone) });
    const problems = problemsOf(project, web);
    expect(problems).toContain("git reported: fatal: '/nonexistent/input' does not appear to be a git repository");
  });

  it('an error has the words of Git for a repository that does not exist', () => {
    const reference = 'git+file:///nonexistent/repository#web';
    const problems = problemsOf(ProjectFolder.empty(), () => NixosConfiguration.fromFlake(reference));
    expect(problems).toContain(
      "git reported: fatal: '/nonexistent/repository' does not appear to be a git repository; ",
    );
  });
});

it('an error recognises a flake.lock of a newer Nix', () => {
  const stderr = `error: lockfile contains mutable lock '{"path":"./sub","type":"path"}'`;
  expect(advice(stderr, '.', undefined)).toMatch(
    /^flake\.lock is of a newer Nix than the one on this machine: install/,
  );
});
