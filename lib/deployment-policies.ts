/** Limits of a deployment. A plain object: keep one and spread it into the props of many deployments. */
export interface DeploymentPolicies {
  /**
   * How long the activation of the system may take on the host, in seconds. Afterwards the host ends it and rolls back
   * to the old system. Less than about five minutes ends healthy activations: `switch-to-configuration` alone may wait
   * 90 seconds for the message bus.
   * @default 300
   */
  readonly activationTimeoutSeconds?: number;
  /**
   * How long the host waits, after the activation, for the proof that one can still log in, in seconds. Afterwards it
   * rolls back to the old system. At least `ssh.connectTimeoutSeconds`.
   * @default 60
   */
  readonly confirmTimeoutSeconds?: number;
}
