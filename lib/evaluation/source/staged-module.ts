import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import path from 'node:path';
import { EvaluationError } from '../nix/evaluation-error';
import { unsafeContent } from './local-tree';
import { contentHash } from '../../private/content-hash';

/** The folder in a request, by a name that no user's flake has. */
export const STAGED_MODULES = 'staged-modules';

/** A file or folder of the user that a request carries, so that pure evaluation can read it. */
export interface StagedModule {
  /** Its place in the request, named by its content. */
  readonly place: string;
  /** The file or folder that is copied there. */
  readonly original: string;
  /** The module itself, relative to the request. */
  readonly file: string;
}

/**
 * A module file, with the folder that it reads from.
 *
 * @param root the folder to copy; without it the file is copied alone, a folder as it is
 */
export function stageModule(file: string, root: string | undefined, outputDirectory: string): StagedModule {
  if (!statSync(file, { throwIfNoEntry: false })) throw failed(file, 'the file does not exist');
  const original = root ?? file;
  const content = statSync(original).isDirectory() ? unsafeContent(original, outputDirectory) : undefined;
  if (content !== undefined) {
    throw failed(
      file,
      `its root ${original} holds ${content}, which Nix would copy to its world-readable store; ` +
        'set root to a smaller folder',
    );
  }
  const place = path.join(STAGED_MODULES, treeHash(original), path.basename(original));
  return { place, original, file: path.join(place, path.relative(original, file)) };
}

function failed(file: string, reason: string): EvaluationError {
  return new EvaluationError({ subject: `module ${file}`, reason });
}

/** Of names, kinds, contents and executable bits, as Nix sees them. */
function treeHash(file: string): string {
  return contentHash(JSON.stringify(description(file)));
}

function description(file: string): unknown {
  const stat = lstatSync(file);
  if (stat.isSymbolicLink()) return { link: readlinkSync(file) };
  if (!stat.isDirectory()) return { executable: (stat.mode & 0o100) !== 0, content: contentHash(readFileSync(file)) };
  const names = readdirSync(file).sort();
  return names.map((name) => [name, description(path.join(file, name))]);
}
