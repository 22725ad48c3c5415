import type { IConstruct } from 'constructs';
import { isTracked } from '../../evaluation/source/git';
import type { SecretOrigin } from '../../job/secret-fields';
import { getOrCreate } from '../../private/get-or-create';
import { userPath } from '../../private/paths';
import { warnOnce } from '../../terraform/annotations';
import { displayFile } from '../../validation/display';
import type { Secrets } from './check';

/** Warns of plain secrets that Git tracks: its history has them, and so has the store once a flake is evaluated. */
export function warnOfTrackedSecrets(deployment: IConstruct, secrets: Secrets): void {
  for (const [name, { source }] of Object.entries(secrets)) {
    for (const file of plainFiles(source._origin).filter(tracked)) {
      warnOnce(
        deployment,
        `secrets.${name}.source: git tracks ${displayFile(file)}, so its history has the secret, and Nix copies it into the ` +
          'store, where every user can read it, with each flake of this repository; take it out of git, or encrypt it ' +
          'with sops or age',
      );
    }
  }
}

function plainFiles(origin: SecretOrigin): readonly string[] {
  if (origin.kind === 'file') return [origin.file];
  return origin.kind === 'age' ? origin.identityFiles : [];
}

/** By file: hosts of a fleet share some, and each answer is a process. */
const answers = new Map<string, { readonly tracked: boolean }>();

function tracked(file: string): boolean {
  const whole = userPath(file);
  return getOrCreate(answers, whole, () => ({ tracked: isTracked(whole) })).tracked;
}
