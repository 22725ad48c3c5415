import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { IConstruct } from 'constructs';
import { isTracked } from '../../evaluation/source/git';
import type { SecretOrigin } from '../../job/secret-fields';
import { getOrCreate } from '../../private/get-or-create';
import { inside, userPath } from '../../private/paths';
import { warnOnce } from '../../terraform/annotations';
import { displayFile } from '../../validation/display';
import type { DeploymentInput } from '../input';

/** Files of a plain secret, and the construct and field that name them. */
interface PlainSecret {
  readonly construct: IConstruct;
  readonly field: string;
  readonly files: readonly string[];
}

/**
 * Warns of plain secrets that Git tracks: its history has them, and so has the store once a flake is evaluated. And of those
 * in a folder that Nix copies as it is.
 *
 * @param copied such files and folders
 */
export function warnOfExposedSecrets(deployment: IConstruct, props: DeploymentInput, copied: readonly string[]): void {
  for (const { construct, field, files } of plainSecrets(deployment, props)) {
    for (const file of files) {
      const reason = exposure(file, copied);
      if (reason !== undefined) warnOnce(construct, `${field}: ${reason}, or encrypt it with sops or age`);
    }
  }
}

function plainSecrets(deployment: IConstruct, { machine, secrets = {} }: DeploymentInput): PlainSecret[] {
  const named = Object.entries(secrets).map(([name, { source }]) => {
    return { construct: deployment, field: `secrets.${name}.source`, files: plainFiles(source._origin) };
  });
  const password = machine.ssh.privilegeEscalation?._password;
  if (password === undefined) return named;
  return [...named, { construct: machine, field: 'ssh.privilegeEscalation.password', files: plainFiles(password) }];
}

function plainFiles(origin: SecretOrigin): readonly string[] {
  if (origin.kind === 'file') return [origin.file];
  return origin.kind === 'age' ? origin.identityFiles : [];
}

/** Why others can read a file, and what to do; undefined when they cannot, as far as we know. */
function exposure(file: string, copied: readonly string[]): string | undefined {
  if (tracked(file)) {
    return (
      `git tracks ${displayFile(file)}, so its history has the secret, and Nix copies it into the store, where every user ` +
      'can read it, with each flake of this repository; take it out of git'
    );
  }
  const place = copied.find((candidate) => inside(real(candidate), real(userPath(file))) !== undefined);
  if (place === undefined) return undefined;
  return (
    `Nix copies ${displayFile(place)} into the store, where every user can read it, and ${displayFile(file)} with it; ` +
    'move it elsewhere'
  );
}

/** By file: hosts of a fleet share some, and each answer is a process. */
const answers = new Map<string, { readonly tracked: boolean }>();

function tracked(file: string): boolean {
  const whole = userPath(file);
  return getOrCreate(answers, whole, () => ({ tracked: isTracked(whole) })).tracked;
}

/** A file may not be there yet, but its folder is. */
function real(file: string): string {
  try {
    return path.join(realpathSync(path.dirname(file)), path.basename(file));
  } catch {
    return file;
  }
}
