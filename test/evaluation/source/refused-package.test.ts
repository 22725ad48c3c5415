import { afterEach, expect, it, vi } from 'vitest';
import { NixosConfiguration } from '../../../lib/nixos-configuration';
import { describeWithEachNix } from '../support/nix-versions';
import { ProjectFolder } from '../support/project-folder';
import { problemsOf } from '../support/requester';

/** As nixpkgs says it, in short. */
function refusing(variable: string): string {
  return `throw ''
    Package ‘tool-1.0’ in /nix/store/x/tool.nix:1 is refused, refusing to evaluate.

    a) To temporarily allow such packages, you can use an environment variable
         $ export ${variable}=1
  ''`;
}

/** A configuration with a package that is taken only with the variable, as nixpkgs reads it. */
function configured(variable: string): string {
  return `web = system [ { users.motd = if builtins.getEnv "${variable}" == "1" then "taken" else ${refusing(variable)}; } ];`;
}

afterEach(() => vi.unstubAllEnvs());

describeWithEachNix('a package that nixpkgs refuses', () => {
  it.each([
    ['NIXPKGS_ALLOW_UNFREE', 'nixpkgs.config.allowUnfree = true;'],
    ['NIXPKGS_ALLOW_INSECURE', 'nixpkgs.config.permittedInsecurePackages = [ "<name>-<version>" ];'],
  ])('the variable %s does not help, and the error names what does', (variable, cure) => {
    vi.stubEnv(variable, '1');
    const project = ProjectFolder.flake(configured(variable));
    const problems = problemsOf(project, () => NixosConfiguration.fromFlake('.#web').extend({ nix: { impure: true } }));
    expect(problems).toContain('refusing to evaluate');
    expect(problems).toContain(
      `a variable such as ${variable} does not reach the evaluation, also not with impure; set it in the ` +
        `configuration: ${cure}`,
    );
  });
});
