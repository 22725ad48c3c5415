import type { DeploymentJob, SshConnection } from '../../../lib/job/job';
import type { LabHost } from '../../../lab';
import { connection, deploymentJob } from './job';

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

/** A deployment to a lab host, as a construct renders it. */
export function jobFor(host: LabHost, toplevel: string, change: Partial<SshConnection> = {}): DeploymentJob {
  const privilegeEscalation = host.user === 'root' ? 'none' : 'sudo';
  return deploymentJob({
    toplevel,
    drvPath: undefined,
    connection: connection({ ...endpointOf(host), privilegeEscalation, ...change }),
  });
}
