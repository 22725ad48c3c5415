import path from 'node:path';
import type { IConstruct } from 'constructs';
import { jobValues } from '../../job/field';
import { SECRET_FIELDS, type SecretOrigin } from '../../job/secret-fields';
import type { JobSecret } from '../../job/job';
import { mapValues } from '../../private/map-values';
import { projectPath } from '../../private/paths';
import { stackDirectory } from '../../terraform/output-directory';
import type { Secret } from '../../secret';
import type { Secrets } from './check';
import { ciphertextDigest } from './ciphertext';

/** The secrets of a deployment as its job has them: where they are read, never what they are. */
export function jobSecrets(deployment: IConstruct, secrets: Secrets): { readonly [name: string]: JobSecret } {
  const folder = stackDirectory(deployment);
  return mapValues(secrets, (secret) => ({
    origin: jobOrigin(secret.source._origin, folder),
    revision: revisionOf(secret),
    ...jobValues(SECRET_FIELDS, secret),
  }));
}

function revisionOf({ source, version }: Secret): string {
  return [version, ciphertextDigest(source._origin)].filter((part) => part !== undefined).join(' ');
}

/** An origin as the client finds it. @param folder in which Terraform runs */
export function jobOrigin(origin: SecretOrigin, folder: string): SecretOrigin {
  if (origin.kind === 'age') {
    const identityFiles = origin.identityFiles.map((file) => seenFrom(folder, file));
    return { ...origin, file: seenFrom(folder, origin.file), identityFiles };
  }
  return 'file' in origin ? { ...origin, file: seenFrom(folder, origin.file) } : origin;
}

/** A file of the project, relative to the folder that Terraform runs in: the project may lie elsewhere at apply. */
export function seenFrom(folder: string, file: string): string {
  const isFixed = path.isAbsolute(file) || file.startsWith('~/');
  return isFixed ? file : path.relative(folder, projectPath(file));
}
