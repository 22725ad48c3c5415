import type { JobFrame, SshConnection } from './job';
import type { SecretOrigin } from './secret-fields';

/** The word for the job in the client, for a key whose public half is known already. Clouds have kinds of their own. */
export const FIRST_CONTACT_KIND = 'first-contact';

/** Who holds the lasting key of a host. */
export type JobHostKey =
  { readonly kind: 'made' } | { readonly kind: 'held'; readonly publicKey: string; readonly privateKey: SecretOrigin };

/** To log in to a new host for the first time, and to give it its lasting host key. */
export interface FirstContactJob extends JobFrame {
  /** Construct path of the machine, for messages. */
  readonly machine: string;
  /** Without host keys: those are what this job is about. */
  readonly connection: SshConnection;
  /** The text of which the host makes its bootstrap key. */
  readonly seed: string;
  readonly hostKey: JobHostKey;
  /** Where the cloud keeps the public half of a key that the host made. Missing for any other. */
  readonly record?: object;
  /** As in a deployment. */
  readonly sudoPassword?: SecretOrigin;
}
