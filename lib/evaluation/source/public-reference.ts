import { holdsCredential, withoutCredentials } from '../nix/credentials';
import { EvaluationError } from '../nix/evaluation-error';
import { NETRC } from '../request/arguments';

declare const CHECKED: unique symbol;

/**
 * A flake reference that anybody may read. Only such references come to a command line, to the output folder and to
 * the store.
 */
export type PublicReference = string & { readonly [CHECKED]: true };

/**
 * A reference as Nix gives it. A registry may have added a login to what the user wrote.
 *
 * @param flake as the user wrote it, for messages
 * @throws EvaluationError when it holds a credential
 */
export function publicReference(reference: string, flake: string): PublicReference {
  if (holdsCredential(reference)) {
    const reason = `it stands for ${withoutCredentials(reference)}, which holds a credential: ${NETRC}`;
    throw new EvaluationError({ subject: `flake ${flake}`, reason });
  }
  return reference as PublicReference;
}
