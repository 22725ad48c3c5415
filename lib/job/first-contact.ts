import type { JobFrame, SshConnection } from './job';
import type { SecretOrigin } from './secret-fields';

/** The word for the job in the client, for a key whose public half is known already. Clouds have kinds of their own. */
export const FIRST_CONTACT_KIND = 'first-contact';

/** A lasting key that follows a bootstrap key, which the host makes of a seed. */
export type JobCheckedKey =
  | { readonly kind: 'made'; readonly seed: string }
  | { readonly kind: 'held'; readonly seed: string; readonly publicKey: string; readonly privateKey: SecretOrigin };

/** The key that a host shows first. The file is absolute, from `~/`, or relative to the stack's folder. */
interface JobBelievedKey {
  readonly kind: 'first-use';
  readonly recordFile: string;
}

/** Who holds the lasting key of a host, and how its first login is checked. */
export type JobHostKey = JobCheckedKey | JobBelievedKey;

/** To log in to a new host for the first time, and to give it its lasting host key. */
export interface FirstContactJob extends JobFrame {
  /** Construct path of the machine, for messages. */
  readonly machine: string;
  /** Without host keys: those are what this job is about. */
  readonly connection: SshConnection;
  readonly hostKey: JobHostKey;
  /** Where the cloud keeps the public half of a key that the host made. Missing for any other. */
  readonly record?: object;
  /** As in a deployment. */
  readonly sudoPassword?: SecretOrigin;
}
