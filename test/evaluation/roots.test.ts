import { expect, it } from 'vitest';
import { NixosConfiguration } from '../../lib/nixos-configuration';
import { countedNix } from './support/counted-nix';
import { describeWithEachNix } from './support/nix-versions';
import { ProjectFolder } from './support/project-folder';
import { evaluate } from './support/requester';
import { rootedDerivations } from './support/rooted-derivations';

const web = () => NixosConfiguration.fromFlake('.#web');

describeWithEachNix('garbage collection roots', () => {
  it('a synth keeps the derivations of this and the two synths before that differ, in one call of Nix', () => {
    const project = ProjectFolder.flake('web = system [ { networking.hostName = "a"; } ];');
    const drvs = ['a', 'b', 'b', 'c', 'd'].map((name) => {
      project.write({
        'flake.nix': project.run('cat', ['flake.nix']).replace(/hostName = "."/, `hostName = "${name}"`),
      });
      let drvPath: string | undefined;
      const commands = countedNix(() => (drvPath = evaluate(project, web).drvPath));
      expect(commands.filter((command) => command.includes('--add-root'))).toHaveLength(1);
      return drvPath;
    });
    expect(rootedDerivations(project).sort()).toEqual([...new Set(drvs.slice(2))].sort());
  });
});
