import { expect, it } from 'vitest';
import { NixosConfiguration } from '../../../lib/nixos-configuration';
import { NixosModule } from '../../../lib/nixos-module';
import { NixpkgsSource } from '../../../lib/nixpkgs-source';
import { describeWithEachNix } from '../support/nix-versions';
import { DISTRIBUTION, flake, ProjectFolder } from '../support/project-folder';
import { problemsOf } from '../support/requester';

const web = () => NixosConfiguration.fromFlake('.#web');
const HOST = 'web = system [ ./hosts/web.nix ];';

function withHost(host: string): ProjectFolder {
  return ProjectFolder.flake(HOST, { files: { 'hosts/web.nix': host } });
}

/** The message without the line that repeats the error. */
function said(project: ProjectFolder, configuration: () => NixosConfiguration = web): string {
  return problemsOf(project, configuration).replace(/^ *reproduce with: .*$/m, '');
}

describeWithEachNix("an error in a user's file", () => {
  it('a syntax error names the file and the line, not its copy in the store', () => {
    const message = said(withHost('{\n  networking.hostName = ;\n}\n'));
    expect(message).toMatch(/syntax error, unexpected (';'|'?SEMICOLON'?)/);
    expect(message).toContain('at hosts/web.nix:2:25');
    expect(message).not.toContain('/nix/store/');
  });

  it('a type error names the file', () => {
    const message = said(withHost('{ networking.hostName = 7; }'));
    expect(message).toContain("In `hosts/web.nix'");
    expect(message).not.toContain('/nix/store/');
  });

  it('an unknown name is reported with its place', () => {
    expect(said(withHost('{ pkgs, ... }:\n{\n  users.motd = pkgs.nonsense;\n}'))).toContain('at hosts/web.nix:3:16');
  });

  it('an error in a flake below the project names the file from the project', () => {
    const project = ProjectFolder.empty({
      'sub/flake.nix': flake(HOST),
      'sub/hosts/web.nix': '{',
      '.gitignore': 'cdktf.out',
    });
    project.run('git', ['init', '--quiet']);
    project.run('git', ['add', '.']);
    project.run('nix', ['--extra-experimental-features', 'nix-command flakes', 'flake', 'lock', './sub']);
    project.commit();
    const message = said(project, () => NixosConfiguration.fromFlake('./sub#web'));
    expect(message).toContain('at sub/hosts/web.nix:');
    expect(message).not.toContain('/nix/store/');
  });

  it('an error in flake.nix itself names it', () => {
    const project = ProjectFolder.flake('web = system [ ];');
    project.write({ 'flake.nix': '{\n  outputs = { self }: { ;\n}' });
    const message = said(project);
    expect(message).toContain('at flake.nix:2:');
    expect(message).not.toContain('/nix/store/');
  });

  it('an error in a file that the program adds names that file', () => {
    const project = ProjectFolder.flake('web = system [ ];');
    project.write({ 'roles/a.nix': '{ imports = [ ./b.nix ]; }', 'roles/b.nix': '{ users.motd = ; }' });
    const modules = () => [NixosModule.fromFile('roles/a.nix', { root: 'roles' })];
    const message = said(project, () => web().extend({ modules: modules() }));
    expect(message).toContain('at roles/b.nix:1:16');
    expect(message).not.toContain('/nix/store/');
  });

  it('an error without a flake names the file from the project', () => {
    const project = ProjectFolder.empty({ 'configuration.nix': '{\n  users.motd = ;\n}' });
    const nixpkgs = NixpkgsSource.fromPath(DISTRIBUTION);
    const message = said(project, () =>
      NixosConfiguration.fromFile('configuration.nix', { nixpkgs, system: 'x86_64-linux' }),
    );
    expect(message).toContain('at configuration.nix:2:16');
    expect(message).not.toContain(project.directory);
  });
});
