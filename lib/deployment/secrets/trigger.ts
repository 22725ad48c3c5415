import { SECRET_FIELDS } from '../../job/secret-fields';
import { jobValues } from '../../job/field';
import { mapValues } from '../../private/map-values';
import type { Secret } from '../../secret';
import { TerraformVisibleJson } from '../../terraform/json';
import type { Secrets } from './check';
import { ciphertextDigest } from './ciphertext';

/** What deploys secrets again: canonical JSON that a reader of a plan understands, and from which no secret can be guessed. */
export function secretsTrigger(secrets: Secrets): string {
  return new TerraformVisibleJson(mapValues(secrets, visible)).toString();
}

function visible(secret: Secret): object {
  return {
    version: secret.version,
    ciphertext: ciphertextDigest(secret.source._origin),
    ...jobValues(SECRET_FIELDS, secret),
  };
}
