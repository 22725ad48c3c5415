import { TerraformOutput } from 'cdktf';
import { expect, it } from 'vitest';
import { NixosConfiguration } from '../../../lib/nixos-configuration';
import { refusal } from '../../support/refusal';
import { describeWithEachNix } from '../support/nix-versions';
import { ProjectFolder } from '../support/project-folder';

const OPTIONS = `{ lib, ... }: {
  options.my = {
    fine = lib.mkOption { type = lib.types.raw; default = "fine"; };
    err = lib.mkOption { type = lib.types.raw; default = throw "no value for err"; };
    gone = lib.mkOption { type = lib.types.raw; default = abort "no value for gone"; };
  };
}`;

function problemWith(configuration: string, ...options: string[]): string {
  const project = ProjectFolder.flake(configuration);
  return project.within(() => {
    const web = NixosConfiguration.fromFlake('.#web');
    const app = project.stack((stack) => {
      new TerraformOutput(stack, 'toplevel', { value: web.toplevel });
      options.forEach((option, index) => {
        new TerraformOutput(stack, `output${index}`, { value: web.option(option).asAny() });
      });
    });
    return refusal(() => app.synth());
  });
}

describeWithEachNix('an option that cannot be evaluated', () => {
  it.each([
    ['my.err', 'no value for err'],
    ['my.gone', 'no value for gone'],
  ])('an option whose default fails is named: %s', (option, message) => {
    const problem = problemWith(`web = system [ (${OPTIONS}) ];`, 'my.fine', option);
    expect(problem).toContain(`option ${option} of .#web cannot be evaluated: `);
    expect(problem).toContain(message);
  });

  it('a set that holds such an option is named, and that a part of it can be asked for', () => {
    const problem = problemWith(`web = system [ (${OPTIONS}) ];`, 'my');
    expect(problem).toContain('option my of .#web cannot be evaluated: ');
    expect(problem).toContain('a part of it can be asked for');
  });

  it('the other failing options of the configuration are reported, too, and so are the misspelt ones', () => {
    const options = ['my.fine', 'my.err', 'my.gone', 'my.fien', 'networking.hostnam'];
    const problem = problemWith(`web = system [ (${OPTIONS}) ];`, ...options);
    expect(problem).toContain('option my.err of .#web cannot be evaluated: ');
    expect(problem).toContain('option my.gone of .#web cannot be evaluated: ');
    expect(problem).toContain('did you mean my.fine?');
    expect(problem).toContain('did you mean networking.hostName?');
    expect(problem).not.toContain('option my.fine of');
  });

  it('a system that fails is not told as an option that was evaluated before', () => {
    const project = ProjectFolder.flake(`web = system [ (${OPTIONS}) { users.motd = throw "no motd"; } ];`);
    const web = NixosConfiguration.fromFlake('.#web');
    const problem = project.within(() => {
      const app = project.stack((stack) => {
        new TerraformOutput(stack, 'fine', { value: web.option('my.fine').asAny() });
        new TerraformOutput(stack, 'toplevel', { value: web.toplevel });
      });
      return refusal(() => app.synth());
    });
    expect(problem).toContain('.#web cannot be evaluated: no motd');
    expect(problem).not.toContain('option my.fine of');
  });

  it('a mistake of the configuration is not told as one of the option', () => {
    const problem = problemWith('web = system [ { networking.hostname = "misspelt"; } ];', 'networking.hostName');
    expect(problem).toContain('.#web cannot be evaluated: ');
    expect(problem).not.toContain('option networking.hostName of');
  });
});
