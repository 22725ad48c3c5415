import { DeploymentGoal } from '../deployment-goal';
import { TerraformDigest } from '../terraform/json';
import type { DeploymentInput } from './input';
import { mapValues } from '../private/map-values';
import { secretsTrigger } from './secrets/trigger';

/** A contract: another key, or another value for the same deployment, deploys every machine of every user again. */
export function deploymentTriggers(props: DeploymentInput): { [name: string]: string } {
  const { configuration, machine, goal = DeploymentGoal.SWITCH, values = {}, secrets = {} } = props;
  const data = mapValues(values, ({ value }) => value);
  return {
    ...props.triggers,
    toplevel: configuration.toplevel,
    machine: machine.identity,
    goal: goal.name,
    ...(Object.keys(data).length > 0 && { values: new TerraformDigest(data).toString() }),
    ...(Object.keys(secrets).length > 0 && { secrets: secretsTrigger(secrets) }),
  };
}
