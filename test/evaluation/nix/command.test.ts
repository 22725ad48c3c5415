import { afterEach, expect, it, vi } from 'vitest';
import { nixCommand, shellLine } from '../../../lib/evaluation/nix/command';
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

it('a command for a shell quotes every word that a shell would change', () => {
  expect(shellLine(nixCommand(['eval', "it's $HOME", 'a b', '.#web']))).toBe(
    `nix --extra-experimental-features 'nix-command flakes' eval 'it'\\''s $HOME' 'a b' '.#web'`,
  );
});
