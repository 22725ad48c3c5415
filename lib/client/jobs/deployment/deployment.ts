import type { DeploymentJob } from '../../../job/job';
import { copyMethod } from '../../copy/copy-method';
import { HostSession } from '../../host/session';
import { refuseUnusableIdentities } from '../../host/ssh-identity';
import { displayPath, type JobKind } from '../job-kind';
import { checkDeployment } from './check';
import { DeploymentSecrets } from './deployment-secrets';
import { Ownership } from './ownership';
import { DeploymentRun } from './run';

/** A system is brought to a host, which activates it and keeps it or rolls back. */
export const deployment: JobKind<DeploymentJob> = {
  kind: 'deployment',
  check: checkDeployment,
  displayName: ({ machine }) => displayPath(machine),
  sensitive: ({ values, secrets = {} }) => {
    const units = Object.values(values).flatMap(({ restartUnits }) => restartUnits);
    const given = Object.values(secrets).map(({ origin }) => (origin.kind === 'terraform' ? origin.value : undefined));
    return [...Object.values(values).map(({ value }) => without(units, value)), ...given];
  },
  outputs: ({ toplevel, drvPath, path }) => [{ outPath: toplevel, drvPath: drvPath ?? undefined, constructPath: path }],
  refuseUnready(job, environment) {
    copyMethod(environment);
    refuseUnusableIdentities(job.machine, job.connection, environment);
  },
  async run(job, { workspace, folder, report, environment, situation }) {
    const session = HostSession.unconnected(job.connection, workspace, folder);
    try {
      const ownership = new Ownership(job, environment);
      const secrets = new DeploymentSecrets(job, environment, report);
      await new DeploymentRun(job, session, report, situation, copyMethod(environment), ownership, secrets).run();
    } finally {
      await session.close();
    }
  },
};

/** A value without the names of units in it, which our own lines show. */
function without(units: readonly string[], value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return units.includes(value as string) ? undefined : value;
  return Object.values(value).map((member) => without(units, member));
}
