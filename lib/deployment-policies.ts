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
  /**
   * How long the host waits after that proof until it looks at its units again and asks for a second one, in seconds: a
   * whole number from 0 to 600. A network or a firewall that fails some seconds after the switch is rolled back, too.
   * With 0 the first proof is enough. The second proof may take `confirmTimeoutSeconds` again. Anything else is an
   * `InputError`.
   * @default 5
   */
  readonly settleSeconds?: number;
}
