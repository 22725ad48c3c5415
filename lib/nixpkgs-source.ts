import { pathProblem, refuseArgument, sha256Problem, urlProblem } from './evaluation/request/arguments';
import type { NixpkgsRequest } from './evaluation/request/request';
import { flakeProblem } from './evaluation/request/installable';
import { projectPath } from './private/paths';

/** Where a configuration that is a file gets its nixpkgs from. It is never taken from the surroundings unasked. */
export class NixpkgsSource {
  /** `<nixpkgs>`, as NIX_PATH says it: another machine may have another one. */
  static readonly NIX_PATH = new NixpkgsSource({ kind: 'nixPath' });

  /**
   * A flake, such as `github:NixOS/nixpkgs/<commit>`. Pin it: a branch moves between two synths.
   */
  static fromFlake(flake: string): NixpkgsSource {
    refuseArgument('NixpkgsSource.fromFlake', 'flake', flakeProblem(flake));
    return new NixpkgsSource({ kind: 'flake', flake });
  }

  /** A folder with a nixpkgs tree, relative to cdktf.json. */
  static fromPath(directory: string): NixpkgsSource {
    refuseArgument('NixpkgsSource.fromPath', 'directory', pathProblem(directory));
    return new NixpkgsSource({ kind: 'path', path: projectPath(directory) });
  }

  /**
   * An archive that is unpacked.
   *
   * @param url `https://github.com/NixOS/nixpkgs/archive/<commit>.tar.gz`; http and file work too
   * @param sha256 of the unpacked tree, as `nix-prefetch-url --unpack` prints it
   */
  static fromTarball(url: string, sha256: string): NixpkgsSource {
    refuseArgument('NixpkgsSource.fromTarball', 'url', urlProblem(url));
    refuseArgument('NixpkgsSource.fromTarball', 'sha256', sha256Problem(sha256));
    return new NixpkgsSource({ kind: 'tarball', url, sha256 });
  }

  private constructor(
    /** @internal */
    readonly _request: NixpkgsRequest,
  ) {}
}
