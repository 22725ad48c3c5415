import { afterEach, expect, it, vi } from 'vitest';
import { NixosConfiguration } from '../../../lib/nixos-configuration';
import { ProjectFolder } from '../support/project-folder';
import { problemsOf } from '../support/requester';

afterEach(() => void vi.unstubAllEnvs());

it('a synth names the cure when nix is missing', () => {
  const project = ProjectFolder.flake('web = system [ ];');
  vi.stubEnv('PATH', '/nowhere');
  expect(problemsOf(project, () => NixosConfiguration.fromFlake('.#web'))).toContain(
    'nix is not installed or not on PATH: synth evaluates NixOS configurations with it; install Nix',
  );
});
