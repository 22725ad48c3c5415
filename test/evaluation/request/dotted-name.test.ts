import { expect, it } from 'vitest';
import { NixosConfiguration } from '../../../lib/nixos-configuration';
import { describeWithEachNix } from '../support/nix-versions';
import { ProjectFolder } from '../support/project-folder';
import { evaluate, problemsOf } from '../support/requester';

describeWithEachNix('a configuration whose name has dots', () => {
  it('a name with dots that is not quoted fails, and what the error prints cures it', () => {
    const project = ProjectFolder.flake('"web.example.com" = system [ { networking.hostName = "web"; } ];');
    const problems = problemsOf(project, () => NixosConfiguration.fromFlake('.#web.example.com'));
    const [, attribute] = /quote a name with dots: (#\S+)/.exec(problems) ?? [];
    expect(attribute).toBe('#"web.example.com"');
    expect(evaluate(project, () => NixosConfiguration.fromFlake(`.${attribute}`)).toplevel).toContain('-web-');
  });

  it('an attribute path that exists is what it says, also beside a configuration of that name', () => {
    const project = ProjectFolder.flake('"a.b" = system [ { networking.hostName = "dotted"; } ];');
    project.write({
      'flake.nix': project
        .run('cat', ['flake.nix'])
        .replace('nixosConfigurations =', 'a.b = system [ { networking.hostName = "path"; } ]; nixosConfigurations ='),
    });
    expect(evaluate(project, () => NixosConfiguration.fromFlake('.#a.b')).toplevel).toContain('-nixos-system-path-');
  });
});
