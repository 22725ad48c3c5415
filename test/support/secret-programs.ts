import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { secretPrograms } from '../../scripts/setup/environment.mjs';

/** A PATH on which sops and age are found where set-up could get them. */
export const PATH_WITH_SECRET_PROGRAMS = `${process.env.PATH}${path.delimiter}${secretPrograms}`;

/** Why sops and age, or one of them, cannot be tested here; undefined when they can. */
export function secretProgramsMissing(programs = ['sops', 'age', 'age-keygen']): string | undefined {
  const missing = programs.filter((name) => !isOnPath(name));
  return missing.length === 0 ? undefined : `set-up could not get ${missing.join(' and ')}`;
}

function isOnPath(name: string): boolean {
  return PATH_WITH_SECRET_PROGRAMS.split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
