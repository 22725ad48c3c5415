import { realpathSync } from 'node:fs';
import path from 'node:path';
import { evaluateNixpkgs, type EvaluatorOptions } from './evaluator-process';
import type { ProcessGroup } from './process-group';

/**
 * The folder that `<nixpkgs>` is for the files of a group: the nixpkgs that they were given. Undefined for flakes, for
 * NIX_PATH, and for an archive that Nix cannot get, which is then the error of each row.
 *
 * @param row any row of the group
 */
export function nixpkgsFolder({ nixpkgs }: ProcessGroup, row: string, options: EvaluatorOptions): string | undefined {
  switch (nixpkgs?.kind) {
    case 'path':
      return path.resolve(realpathSync(options.directory), nixpkgs.path);
    case 'tarball':
      return evaluateNixpkgs(row, options);
    default:
      return undefined;
  }
}
