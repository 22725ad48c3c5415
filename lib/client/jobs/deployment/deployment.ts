import type { DeploymentJob } from '../../../job/job';
import { escalationNamed } from '../../../job/escalation';
import type { SecretOrigin } from '../../../job/secret-fields';
import { InputError } from '../../../validation/problem';
import { type CopyMethod, copyMethod, NIX_COPY } from '../../copy/copy-method';
import { HostSession } from '../../host/session';
import { refuseUnusableIdentities } from '../../host/ssh-identity';
import { displayPath, type JobKind } from '../job-kind';
import { checkDeployment } from './check';
import { DeploymentSecrets } from './deployment-secrets';
import { Ownership } from './ownership';
import { DeploymentRun } from './run';
import { sudoPassword } from './sudo-password';

/** A system is brought to a host, which activates it and keeps it or rolls back. */
export const deployment: JobKind<DeploymentJob> = {
  kind: 'deployment',
  check: checkDeployment,
  displayName: ({ machine }) => displayPath(machine),
  sensitive(job) {
    const values = Object.values(job.values);
    const units = values.flatMap(({ restartUnits }) => restartUnits);
    const given = originsIn(job).flatMap((origin) => (origin.kind === 'terraform' ? [origin.value] : []));
    return [...values.map(({ value }) => without(units, value)), ...given];
  },
  secretVariables: (job) => originsIn(job).flatMap((origin) => (origin.kind === 'environment' ? [origin.name] : [])),
  outputs: ({ toplevel, drvPath, path }) => [{ outPath: toplevel, drvPath: drvPath ?? undefined, constructPath: path }],
  refuseUnready(job, environment) {
    refuseCopyWithoutPassword(job, copyMethod(environment));
    refuseUnusableIdentities(job.machine, job.connection, environment);
  },
  async run(job, { workspace, folder, report, environment, situation }) {
    const secrets = new DeploymentSecrets(job, environment, report);
    const password = sudoPassword(job, environment, report, (given) => secrets.learnPassword(given));
    const session = HostSession.unconnected(job.connection, workspace, folder, password);
    try {
      const ownership = new Ownership(job, environment);
      await new DeploymentRun(job, session, report, situation, copyMethod(environment), ownership, secrets).run();
    } finally {
      await session.close();
    }
  },
};

/** Where the secrets of a deployment are read, and the password for sudo. */
function originsIn({ secrets = {}, sudoPassword: password }: DeploymentJob): SecretOrigin[] {
  const origins = Object.values(secrets).map(({ origin }) => origin);
  return password === undefined ? origins : [...origins, password];
}

/** The other program speaks with the host by the input on which sudo would read the password. */
function refuseCopyWithoutPassword({ machine, connection }: DeploymentJob, method: CopyMethod): void {
  if (method !== NIX_COPY || !escalationNamed(connection.privilegeEscalation).asksForPassword) return;
  throw new InputError(machine, 'ssh.privilegeEscalation', {
    given: 'sudo with a password, for a copy by nix-copy-closure',
    expected: 'an escalation without a password, or the usual copy',
    fix: 'unset CDKTF_NIXOS_COPY, or allow the user to run sudo without a password',
  });
}

/** A value without the names of units in it, which our own lines show. */
function without(units: readonly string[], value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return units.includes(value as string) ? undefined : value;
  return Object.values(value).map((member) => without(units, member));
}
