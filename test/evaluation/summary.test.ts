import { expect, it } from 'vitest';
import { NixosConfiguration } from '../../lib/nixos-configuration';
import { NixosModule } from '../../lib/nixos-module';
import { describeWithEachNix } from './support/nix-versions';
import { captured, ProjectFolder } from './support/project-folder';
import { evaluateAll } from './support/requester';

function warned(name: string, text: string): string {
  return `${name} = system [ { users.motd = builtins.trace "warning: ${text}" "x"; } ];`;
}

describeWithEachNix('a warning of a configuration', () => {
  it('a warning names its configuration, and the same of several is printed once with all of them', () => {
    const project = ProjectFolder.flake(`${warned('a', 'old')} ${warned('b', 'old')} ${warned('c', 'other')}`);
    const { stdout } = captured(() => {
      evaluateAll(project, () =>
        Object.fromEntries(['a', 'b', 'c'].map((name) => [name, NixosConfiguration.fromFlake(`.#${name}`)])),
      );
    });
    expect(stdout.split('\n').slice(1, -1)).toEqual([
      'cdktf-nixos: .#a, .#b: warning: old',
      'cdktf-nixos: .#c: warning: other',
    ]);
  });

  it('a warning of one of several extensions of a configuration names the construct', () => {
    const project = ProjectFolder.flake('web = system [ ];');
    project.write({ 'loud.nix': '{ users.motd = builtins.trace "warning: loud" "x"; }' });
    const web = NixosConfiguration.fromFlake('.#web');
    const { stdout } = captured(() => {
      evaluateAll(project, () => ({
        quiet: web,
        loud: web.extend({ modules: [NixosModule.fromFile('loud.nix')] }),
      }));
    });
    expect(stdout).toContain('cdktf-nixos: .#web (fleet/loud): warning: loud\n');
  });
});
