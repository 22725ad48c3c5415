import { existsSync } from 'node:fs';
import path from 'node:path';

/** Only the package's own folder holds it. */
const MARK = path.join('nix', 'eval.nix');

/**
 * The path of a file that is shipped beside the library. The built library is one file in `dist/`, its source lies
 * deeper: both look upwards.
 *
 * @throws when no folder above is the package's
 */
export function packageFile(...names: readonly string[]): string {
  for (let folder = __dirname; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, MARK))) return path.join(folder, ...names);
  }
  throw new Error(
    `${path.join(...names)} of cdktf-nixos is missing above ${__dirname}: install the package again, and leave it out of a bundle of your program`,
  );
}
