import { DeploymentGoal } from '../deployment-goal';
import { DEFAULT_ACTIVATION_TIMEOUT_SECONDS, DEFAULT_CONFIRM_TIMEOUT_SECONDS } from '../deployment-policies';
import type { DeploymentJob } from '../job/job';
import { mapValues } from '../private/map-values';
import { type ConnectionTemplate, sshConnection } from '../ssh-connection';
import type { DeploymentInput } from './input';

/** Everything in a deployment's job that needs no evaluation. Any string may be a token: the client checks it again. */
export type JobTemplate = Omit<DeploymentJob, Framed | Evaluated | 'goal' | 'connection'> & {
  readonly goal: string;
  readonly connection: ConnectionTemplate;
};

/** What the recipe of a client resource adds. */
type Framed = 'format' | 'kind' | 'path';
/** What evaluation adds. */
type Evaluated = 'toplevel' | 'drvPath' | 'system';

/** The job of a deployment with every default filled in. */
export function jobTemplate(props: DeploymentInput): JobTemplate {
  const { machine, goal = DeploymentGoal.SWITCH, values = {} } = props;
  const { activationTimeoutSeconds = DEFAULT_ACTIVATION_TIMEOUT_SECONDS } = props;
  const { confirmTimeoutSeconds = DEFAULT_CONFIRM_TIMEOUT_SECONDS } = props;
  return {
    machine: machine.node.path,
    connection: sshConnection(machine),
    goal: goal.name,
    activationTimeoutSeconds,
    confirmTimeoutSeconds,
    values: mapValues(values, ({ value, restartUnits = [] }) => ({ value, restartUnits })),
  };
}
