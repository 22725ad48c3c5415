import { execaSync } from 'execa';
import { afterEach, expect, it, vi } from 'vitest';
import { NixosConfiguration } from '../../../lib/nixos-configuration';
import { NixpkgsSource } from '../../../lib/nixpkgs-source';
import { describeWithEachNix } from '../support/nix-versions';
import { DISTRIBUTION, ProjectFolder } from '../support/project-folder';
import { problemsOf } from '../support/requester';

afterEach(() => void vi.unstubAllEnvs());

const web = () => NixosConfiguration.fromFlake('.#web');

describeWithEachNix('the error of a row', () => {
  const reproduced = (project: ProjectFolder, problems: string) => {
    vi.stubEnv('NIX_CONFIG', (process.env.NIX_CONFIG ?? '').replace(/^.*experimental-features.*$/gm, ''));
    const command = /reproduce with: (.*)$/m.exec(problems)?.[1] ?? '';
    return execaSync('sh', ['-c', command], { cwd: project.directory, reject: false });
  };

  it('a synth that fails prints only a command that shows the error again, also where flakes are off', () => {
    const project = ProjectFolder.flake('web = system [ { users.motd = throw "the error of web"; } ];');
    const { exitCode, stdout, stderr } = reproduced(project, problemsOf(project, web));
    expect(exitCode).toBe(1);
    expect(stderr).toContain('the error of web');
    expect(stdout).toBe('');
  });

  it('a synth of a file that fails prints such a command too', () => {
    const project = ProjectFolder.empty({
      "it's here/configuration.nix": '{ users.motd = throw "the error of web"; }',
    });
    const configuration = () =>
      NixosConfiguration.fromFile("it's here/configuration.nix", {
        nixpkgs: NixpkgsSource.fromPath(DISTRIBUTION),
        system: 'x86_64-linux',
      });
    const { exitCode, stdout, stderr } = reproduced(project, problemsOf(project, configuration));
    expect(exitCode).toBe(1);
    expect(stderr).toContain('the error of web');
    expect(stdout).toBe('');
  });

  it('a synth that fails hides the credentials of its command and names what to fill in', () => {
    const project = ProjectFolder.flake('web = system [ { users.motd = throw "the error of web"; } ];');
    const settings = {
      'access-tokens': 'github.com=ghp_secret',
      substituters: 'https://user:secret@cache.example',
      'max-call-depth': '20000',
    };
    const problems = problemsOf(project, () => web().extend({ nix: { settings } }));
    expect(problems).toContain('  reproduce with (fill in "...": access-tokens, the login of a URL): cd ');
    expect(problems).toContain(
      '--option access-tokens ... --option substituters https://...@cache.example --option max-call-depth 20000',
    );
    expect(problems).not.toContain('secret');
  });
});
