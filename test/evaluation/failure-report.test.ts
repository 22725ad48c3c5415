import { expect, it } from 'vitest';
import { NixosConfiguration } from '../../lib/nixos-configuration';
import { NixosModule } from '../../lib/nixos-module';
import { describeWithEachNix } from './support/nix-versions';
import { ProjectFolder } from './support/project-folder';
import { evaluateAll } from './support/requester';
import { refusal } from '../support/refusal';

describeWithEachNix('a mistake in a module that several machines get', () => {
  it('a mistake in a shared module is reported once, with all that got it', () => {
    const project = ProjectFolder.flake('a = system [ ]; b = system [ ]; c = system [ ];');
    const shared = NixosModule.fromConfig({ networking: { hostname: 'misspelt' } });
    const own = NixosModule.fromConfig({ users: { modt: 'another mistake' } });
    const problems = refusal(() =>
      evaluateAll(project, () => ({
        a: NixosConfiguration.fromFlake('.#a').extend({ modules: [shared] }),
        'b-a': NixosConfiguration.fromFlake('.#b').extend({ modules: [shared] }),
        c: NixosConfiguration.fromFlake('.#c').extend({ modules: [own] }),
      })),
    );
    expect(problems.match(/cannot be evaluated/g)).toHaveLength(2);
    expect(problems.match(/reproduce with/g)).toHaveLength(2);
    expect(problems).toContain('fleet/a modules[0]');
    expect(problems).toContain('\n  the same error: .#b\n  requested by: fleet/a, fleet/b-a');
  });
});
