import { pathProblem, sha256Problem, urlProblem } from './evaluation/request/arguments';
import type { RequestedNixpkgs } from './evaluation/request/request';
import { flakeProblem } from './evaluation/request/installable';
import { projectPath } from './private/paths';
import { refuse } from './validation/problem';

/**
 * The nixpkgs of a configuration file. It is never taken from the environment unasked.
 *
 * @example
 * NixosConfiguration.fromFile('configuration.nix', {
 *   nixpkgs: NixpkgsSource.fromFlake('github:NixOS/nixpkgs/<commit>'),
 *   system: 'x86_64-linux',
 * });
 */
export class NixpkgsSource {
  /** `<nixpkgs>` of NIX_PATH. Another machine may have another one. */
  static readonly NIX_PATH = new NixpkgsSource({ kind: 'nixPath' });

  /**
   * A flake. Pin it by its commit: a branch may move between two synths.
   *
   * @param flake a flake reference: `github:NixOS/nixpkgs/<commit>`
   * @throws InputError when it is not a flake reference
   */
  static fromFlake(flake: string): NixpkgsSource {
    refuse('NixpkgsSource.fromFlake', 'flake', flakeProblem(flake));
    return new NixpkgsSource({ kind: 'flake', flake });
  }

  /**
   * A folder with a nixpkgs tree.
   *
   * @param directory its path, absolute or relative to cdktf.json
   * @throws InputError when it is not a path
   */
  static fromPath(directory: string): NixpkgsSource {
    refuse('NixpkgsSource.fromPath', 'directory', pathProblem(directory));
    return new NixpkgsSource({ kind: 'path', path: projectPath(directory) });
  }

  /**
   * An archive, which Nix downloads and unpacks.
   *
   * @param url `https://github.com/NixOS/nixpkgs/archive/<commit>.tar.gz`; http and file work too
   * @param sha256 the hash of the unpacked tree, as `nix-prefetch-url --unpack` prints it
   * @throws InputError when an argument is not valid
   */
  static fromTarball(url: string, sha256: string): NixpkgsSource {
    refuse('NixpkgsSource.fromTarball', 'url', urlProblem(url));
    refuse('NixpkgsSource.fromTarball', 'sha256', sha256Problem(sha256));
    return new NixpkgsSource({ kind: 'tarball', url, sha256 });
  }

  private constructor(
    /** @internal */
    readonly _requested: RequestedNixpkgs,
  ) {}
}
