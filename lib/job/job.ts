import type { BUILD_FIELDS, FILE_FIELDS } from './build-fields';
import type { CONNECTION_FIELDS, ENDPOINT_FIELDS, LOGIN_FIELDS } from './connection-fields';
import type { DEPLOYMENT_FIELDS, OWNER_FIELDS, SYSTEM_FIELDS, VALUE_FIELDS } from './deployment-fields';
import type { FieldValues } from './field';
import type { SECRET_FIELDS, SecretOrigin } from './secret-fields';

/**
 * The part of every job. A construct hands a job to the client as JSON, in the environment variable `CDKTF_NIXOS_JOB` of
 * launch.sh. Any string in it may have been a Terraform token at synth: the client checks everything again.
 */
export interface JobFrame {
  readonly format: 1;
  /** The name of a kind of job in the client. */
  readonly kind: string;
  /** Construct path, for messages. */
  readonly path: string;
  /**
   * A file that gets the client's output as well, relative to the client's own folder: Terraform hides the output of a job
   * with an ephemeral value. Missing in any other job.
   */
  readonly log?: string;
}

/** A public key that a host may show, or the certificate authority that signs such keys. */
export interface HostKeyEntry {
  /** `ssh-ed25519 AAAA...`, without host names or comment. */
  readonly publicKey: string;
  readonly certificateAuthority: boolean;
}

/** One SSH server to log in to: the machine itself or a host on the way there. */
export interface SshEndpoint extends FieldValues<typeof ENDPOINT_FIELDS>, FieldValues<typeof LOGIN_FIELDS> {
  readonly hostKeys: readonly HostKeyEntry[];
}

export interface SshConnection extends SshEndpoint, FieldValues<typeof CONNECTION_FIELDS> {
  /** In the order in which they are passed. */
  readonly jumpHosts: readonly SshEndpoint[];
}

/** A value that the configuration reads at run time, with the units that must see a change. */
export interface JobValue extends FieldValues<typeof VALUE_FIELDS> {
  readonly value: unknown;
}

/** A secret that the client reads and the host gets. */
export interface JobSecret extends FieldValues<typeof SECRET_FIELDS> {
  readonly origin: SecretOrigin;
  /** Stands for the content, which is read only when it is sent: the user's version, the ciphertext's digest, or both. */
  readonly revision: string;
}

/** The owner of a deployment, and then of its host: each Terraform state, of a stack in a workspace, is another owner. */
export type Owner = FieldValues<typeof OWNER_FIELDS>;

/** To bring a system to a machine and make the machine run it. */
export interface DeploymentJob
  extends JobFrame, FieldValues<typeof DEPLOYMENT_FIELDS>, FieldValues<typeof SYSTEM_FIELDS> {
  readonly kind: 'deployment';
  /** Construct path of the machine, for messages. */
  readonly machine: string;
  readonly connection: SshConnection;
  /** Missing in a job of an older version. */
  readonly owner?: Owner;
  /** Where the client reads the password for sudo. Missing unless the escalation of the connection asks for one. */
  readonly sudoPassword?: SecretOrigin;
  readonly values: { readonly [name: string]: JobValue };
  /** Missing when there are none. */
  readonly secrets?: { readonly [name: string]: JobSecret };
}

/** To build a derivation on the machine that applies. */
export interface BuildJob extends JobFrame, FieldValues<typeof BUILD_FIELDS>, FieldValues<typeof FILE_FIELDS> {
  readonly kind: 'build';
}

/** A job of a kind that the client itself has; a kind of a bundle of its own has others. */
export type Job = DeploymentJob | BuildJob;
