import type { IConstruct } from 'constructs';
import type { EvaluatedConfiguration } from '../evaluation/request/evaluated-configuration';
import { resolvedData } from '../terraform/resolved-data';
import { stackOf } from '../terraform/stack';
import type { JobTemplate } from './job-template';

/** What is written down about a deployment. */
interface Deployed {
  /** In Terraform, within the stack. */
  readonly address: string;
  readonly identity: string;
  readonly template: JobTemplate;
  readonly evaluated: EvaluatedConfiguration;
}

/**
 * A deployment in the manifest: where it is in Terraform, which machine it is and how to log in to it, and what runs
 * there. Its values stay out.
 */
export function manifestEntry(deployment: IConstruct, { address, identity, template, evaluated }: Deployed): object {
  const { toplevel, drvPath, system } = evaluated;
  return {
    construct: deployment.node.path,
    stack: stackOf(deployment).node.id,
    address,
    machine: {
      construct: template.machine,
      identity: resolvedData(identity, deployment),
      connection: resolvedData(template.connection, deployment),
    },
    goal: template.goal,
    toplevel,
    drvPath,
    system,
    activationTimeoutSeconds: template.activationTimeoutSeconds,
    confirmTimeoutSeconds: template.confirmTimeoutSeconds,
    settleSeconds: template.settleSeconds,
  };
}
