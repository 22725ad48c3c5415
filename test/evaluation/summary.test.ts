import { expect, it } from 'vitest';
import { NixosConfiguration } from '../../lib/nixos-configuration';
import { NixosModule } from '../../lib/nixos-module';
import { refusal } from '../support/refusal';
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

  it('a trace and an error with commands for CI and for a terminal are shown disarmed', () => {
    const text = 'x\\n::add-mask::y\\n ##vso[z]\u202e';
    const project = ProjectFolder.flake(
      `web = system [ { users.motd = builtins.trace "${text}" "x"; } ]; bad = throw "${text}";`,
    );
    const web = () => ({ web: NixosConfiguration.fromFlake('.#web') });
    const { stdout } = captured(() => void evaluateAll(project, web));
    expect(stdout).toContain('cdktf-nixos: .#web: trace: x\n: :add-mask::y\n # #vso[z]\\u202e\n');
    const bad = () => ({ web: NixosConfiguration.fromFlake('.#bad') });
    expect(refusal(() => evaluateAll(project, bad))).toMatch(/x\n *: :add-mask::y\n *# #vso\[z\]\\u202e\n/);
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
