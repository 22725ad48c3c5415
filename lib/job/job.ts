/**
 * What a construct hands to the client, as JSON in the environment variable `CDKTF_NIXOS_JOB`.
 * Any string in it may have been a Terraform token at synth: the client checks everything again.
 */

/** A public key that a host may show, or the certificate authority that signs such keys. */
export interface HostKeyEntry {
  /** `ssh-ed25519 AAAA...`, without host names or comment. */
  readonly publicKey: string;
  readonly certificateAuthority: boolean;
}

/** One SSH server to log in to: the machine itself or a host on the way there. */
export interface SshEndpoint {
  readonly host: string;
  readonly user: string;
  readonly port: number;
  readonly hostKeys: readonly HostKeyEntry[];
  /** A private key's file; without one the agent is asked. */
  readonly identityFile?: string;
}

export interface SshConnection extends SshEndpoint {
  /** In the order in which they are passed. */
  readonly jumpHosts: readonly SshEndpoint[];
  readonly privilegeEscalation: 'none' | 'sudo';
  readonly connectTimeoutSeconds: number;
  /** How long a host that does not answer yet is waited for. */
  readonly bootTimeoutSeconds: number;
}

/** A value that the configuration reads at run time, with the units that must see a change. */
export interface JobValue {
  readonly value: unknown;
  readonly restartUnits: readonly string[];
}

export interface DeploymentJob {
  readonly format: 1;
  readonly kind: 'deployment';
  /** Construct path, for messages. */
  readonly path: string;
  /** Construct path of the machine, for messages. */
  readonly machine: string;
  readonly connection: SshConnection;
  readonly goal: 'switch' | 'boot';
  /** The system's store path. */
  readonly toplevel: string;
  /** Absent when the configuration is a store path. */
  readonly drvPath?: string;
  /** `x86_64-linux`; absent when the configuration is a store path. */
  readonly system?: string;
  readonly activationTimeoutSeconds: number;
  readonly confirmTimeoutSeconds: number;
  readonly values: { readonly [name: string]: JobValue };
}

export interface BuildJob {
  readonly format: 1;
  readonly kind: 'build';
  readonly path: string;
  readonly outPath: string;
  readonly drvPath: string;
}

export type Job = DeploymentJob | BuildJob;
