import type { IConstruct } from 'constructs';
import { DEPLOYMENT_FIELDS, VALUE_FIELDS } from '../job/deployment-fields';
import { jobValues } from '../job/field';
import type { DeploymentJob } from '../job/job';
import type { EvaluatedConfiguration } from '../evaluation/request/evaluated-configuration';
import { mapValues } from '../private/map-values';
import { sshConnection } from './ssh-connection';
import type { DeploymentInput } from './input';
import { ownerOf } from './owner';
import { jobOrigin, jobSecrets } from './secrets/job';
import { stackDirectory } from '../terraform/output-directory';
import type { SshOptions } from '../ssh-options';

/** What the recipe of a client resource adds to a job. */
type Framed = 'format' | 'kind' | 'path';
/** The fields that need an evaluation. */
type Evaluated = 'toplevel' | 'drvPath' | 'system';

/** Everything in a deployment's job that needs no evaluation. Any string may be a token: the client checks it again. */
export type JobTemplate = Omit<DeploymentJob, Framed | Evaluated>;

/** The job of a deployment with every default filled in. */
export function jobTemplate(deployment: IConstruct, props: DeploymentInput): JobTemplate {
  const { machine, values = {}, secrets = {} } = props;
  return {
    machine: machine.node.path,
    connection: sshConnection(machine),
    owner: ownerOf(deployment),
    ...sudoPassword(deployment, machine.ssh),
    ...jobValues(DEPLOYMENT_FIELDS, props),
    values: mapValues(values, (given) => ({ value: given.value, ...jobValues(VALUE_FIELDS, given) })),
    // Missing when there are none: the synthesized JSON of deployments without secrets stays as it was.
    ...(Object.keys(secrets).length > 0 && { secrets: jobSecrets(deployment, secrets) }),
  };
}

function sudoPassword(deployment: IConstruct, { privilegeEscalation }: SshOptions): Pick<JobTemplate, 'sudoPassword'> {
  const origin = privilegeEscalation?._password;
  return origin === undefined ? {} : { sudoPassword: jobOrigin(origin, stackDirectory(deployment)) };
}

/** What evaluation adds to the job. */
export function evaluatedJob({ toplevel, drvPath, system }: EvaluatedConfiguration): Pick<DeploymentJob, Evaluated> {
  return { toplevel, drvPath, system };
}
