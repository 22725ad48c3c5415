import type { DeploymentJob, SshConnection } from '../../lib/job/job';
import type { LabHost } from '..';

/** Where a lab host is dialled and who it is, as a connection or a jump host has it. */
export function endpointOf(host: LabHost) {
  return {
    host: host.address,
    user: host.user,
    port: host.port,
    hostKeys: [{ publicKey: host.hostKey, certificateAuthority: false }],
    identityFile: host.identityFile,
  };
}

/** A deployment to a lab host, as a construct renders it. @param toplevel a store path that this machine has */
export function jobFor(host: LabHost, toplevel: string, change: Partial<SshConnection> = {}): DeploymentJob {
  return {
    format: 1,
    kind: 'deployment',
    path: 'fleet/web-system',
    machine: 'fleet/web',
    connection: { ...connectionTo(host), ...change },
    goal: 'switch',
    toplevel,
    system: 'x86_64-linux',
    activationTimeoutSeconds: 60,
    confirmTimeoutSeconds: 30,
    settleSeconds: 0,
    values: {},
  };
}

/** How a client logs in to a lab host. */
export function connectionTo(host: LabHost): SshConnection {
  return {
    ...endpointOf(host),
    jumpHosts: [],
    privilegeEscalation: host.user === 'root' ? 'none' : 'sudo',
    connectTimeoutSeconds: 5,
    bootTimeoutSeconds: 10,
  };
}
