import type { BuildJob, DeploymentJob, JobSecret, SshConnection } from '../../../lib/job/job';
import type { SecretOrigin } from '../../../lib/job/secret-fields';

/** A host key that no host has. */
export const HOST_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGVPGQfeH1Cv2wuhy8B8PmbeSmY4rGj0mXwKb7oQyHPK';
export const TOPLEVEL = '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-nixos-system-web-26.11';

export function connection(change: Partial<SshConnection> = {}): SshConnection {
  return {
    host: '203.0.113.7',
    user: 'root',
    port: 22,
    hostKeys: [{ publicKey: HOST_KEY, certificateAuthority: false }],
    jumpHosts: [],
    privilegeEscalation: 'none',
    connectTimeoutSeconds: 5,
    bootTimeoutSeconds: 10,
    ...change,
  };
}

/** A deployment as a construct renders it. */
export function deploymentJob(change: Partial<DeploymentJob> = {}): DeploymentJob {
  return {
    format: 1,
    kind: 'deployment',
    path: 'fleet/web-system',
    machine: 'fleet/web',
    connection: connection(),
    goal: 'switch',
    toplevel: TOPLEVEL,
    drvPath: `${TOPLEVEL}.drv`,
    system: 'x86_64-linux',
    activationTimeoutSeconds: 60,
    confirmTimeoutSeconds: 30,
    settleSeconds: 0,
    values: {},
    ...change,
  };
}

export function buildJob(change: Partial<BuildJob> = {}): BuildJob {
  return { format: 1, kind: 'build', path: 'fleet/gate', outPath: TOPLEVEL, drvPath: `${TOPLEVEL}.drv`, ...change };
}

/** A secret as a construct renders it. */
export function jobSecret(origin: SecretOrigin, change: Partial<JobSecret> = {}): JobSecret {
  const options = { owner: 'root', group: 'root', mode: '0400', restartUnits: [], reloadUnits: [] };
  return { origin, revision: '1', storage: 'kept', ...options, ...change };
}
