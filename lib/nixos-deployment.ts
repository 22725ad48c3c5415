import type { IResolveContext, ITerraformDependable, TerraformResource } from 'cdktf';
import { Aspects, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { DEPLOYMENT_FIELDS, VALUE_FIELDS } from './job/deployment-fields';
import { jobValues } from './job/field';
import type { DeploymentJob } from './job/job';
import { DeploymentGoal } from './deployment-goal';
import type { DeploymentPolicies } from './deployment-policies';
import { DeploymentResource } from './deployment-resource';
import { Evaluation } from './evaluation/evaluation';
import type { HostValue } from './host-value';
import type { NixosConfiguration } from './nixos-configuration';
import type { INixosMachine } from './nixos-machine';
import { warnOfRemoteExecution } from './terraform/backend';
import { TerraformDigest, TerraformJson, TerraformText } from './terraform/json';
import { ensureNullProvider } from './terraform/provider';
import { addClientResource, isCreatedBeforeDestroy, triggerReference } from './terraform/client-resource';
import { stageClientFiles } from './terraform/client-files';
import { declaredValuesProblems } from './deployment/declared-values';
import { checkDeployment } from './deployment/input';
import { DeploymentOrder, neededInStack } from './terraform/order';
import { DeploymentRegistry } from './deployment/registry';
import { refuseOversizedJob } from './terraform/job-size';
import { resourceNameProblems } from './terraform/resource-name';
import { sshConnection } from './ssh-connection';
import { problemLine } from './validation/problem';

/** What to keep running on which machine, and how. */
export interface NixosDeploymentProps extends DeploymentPolicies {
  /** The machine that runs the configuration. One machine has one deployment. */
  readonly machine: INixosMachine;
  /** What it runs. */
  readonly configuration: NixosConfiguration;
  /**
   * What to do with the system on the host.
   * @default DeploymentGoal.SWITCH
   */
  readonly goal?: DeploymentGoal;
  /**
   * Values that the configuration reads on the host at run time, by name. They may be known only at apply: an
   * address, an id. The NixOS module of this package gives their paths: `config.cdktf-nixos.values.<name>.path`.
   * @default - none
   */
  readonly values?: { readonly [name: string]: HostValue };
  /**
   * The kind of Terraform resource that stands for the deployment.
   * @default DeploymentResource.NULL_RESOURCE
   */
  readonly resource?: DeploymentResource;
  /**
   * More reasons to deploy again, by name. Strings are data; what is known only at apply is given as a token.
   * @default - only another system, machine or goal, and other values
   */
  readonly triggers?: { readonly [name: string]: string };
  /**
   * What has to be done before: other deployments, resources, builds of the same stack.
   * @default - what the machine itself needs
   */
  readonly dependsOn?: ITerraformDependable[];
}

/**
 * A NixOS configuration that is kept running on a machine. Apply copies the system there, activates it, and proves
 * over a new connection that the machine can still be logged in to; otherwise the machine itself goes back to exactly
 * the system that it ran before, and the apply fails. Removing the construct leaves the machine as it is.
 */
export class NixosDeployment extends Construct implements ITerraformDependable {
  /** The address of the resource in Terraform, for `dependsOn`. */
  readonly fqn: string;
  /** The store path of the system, known at plan. */
  readonly toplevel: string;
  /** The store path of the system's derivation, known at plan. */
  readonly drvPath: string;
  /** The store path of the system, as a reference: who uses it waits until the system runs. */
  readonly deployedToplevel: string;

  private readonly resource: TerraformResource;
  private readonly order: DeploymentOrder;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: NixosDeploymentProps,
  ) {
    super(scope, id);
    const { machine, configuration, values = {}, dependsOn = [] } = props;
    checkDeployment(this, props);
    const registry = DeploymentRegistry.of(this);
    registry.add(this, machine);
    Evaluation.of(this).pointlessWhile(() => registry.hasDoubles);
    configuration._request(this, Object.keys(values).length > 0);
    this.order = new DeploymentOrder(this, dependsOn, neededInStack(this, machine.dependencies));
    const instructions = instructionsOf(this, props);
    refuseOversizedJob(this.node.path, instructions);
    this.resource = addClientResource(this, {
      type: this.kind.type,
      triggers: triggers(props),
      job: new TerraformJson((context) => this.job(context, instructions)),
      dependsOn: this.order.addresses(),
    });
    this.fqn = this.resource.fqn;
    this.toplevel = configuration.toplevel;
    this.drvPath = configuration.drvPath;
    this.deployedToplevel = triggerReference(this.resource, 'toplevel');
    Aspects.of(this).add({ visit: (construct) => construct === this && this.prepare() });
    this.node.addValidation({ validate: () => this.problems() });
  }

  private get kind(): DeploymentResource {
    return this.props.resource ?? DeploymentResource.NULL_RESOURCE;
  }

  /** What is decided when the tree is complete. Both passes of a synth come here first. */
  private prepare(): void {
    const stack = TerraformStack.of(this);
    if (this.kind.needsNullProvider) ensureNullProvider(stack);
    warnOfRemoteExecution(stack);
  }

  private job(context: IResolveContext, instructions: Instructions): unknown {
    if (context.preparing) {
      this.prepare();
      return instructions;
    }
    stageClientFiles(TerraformStack.of(this));
    const { toplevel, drvPath, system } = this.props.configuration._evaluated(this);
    return { ...instructions, toplevel, drvPath, system };
  }

  private problems(): string[] {
    const registry = DeploymentRegistry.of(this);
    return [
      ...registry.problems(this),
      // Evaluation takes by far the longest: there is none for what can't be deployed.
      ...(registry.hasDoubles ? [] : this.evaluationProblems()),
      ...this.order.problems(),
      ...this.lifecycleProblems(),
      ...resourceNameProblems(this.resource),
    ];
  }

  private evaluationProblems(): string[] {
    const { configuration, values = {} } = this.props;
    const problems = configuration._problems(this);
    // Nothing when it failed: that is said once, perhaps by another construct.
    const evaluated = configuration._tryEvaluated(this);
    const undeclared = declaredValuesProblems(this, Object.keys(values), evaluated?.values);
    if (evaluated?.switchable ?? true) return [...problems, ...undeclared];
    const problem = {
      given: 'a system without bin/switch-to-configuration (system.switch.enable = false)',
      expected: 'one that can be switched to',
      fix: 'set system.switch.enable = true in the configuration',
    };
    return [...undeclared, problemLine('configuration', problem)];
  }

  private lifecycleProblems(): string[] {
    if (!isCreatedBeforeDestroy(this.resource)) return [];
    const problem = {
      given: 'create_before_destroy',
      expected: 'the usual order',
      fix: 'leave deployments out of the aspect or override that sets it: it would spread to the server',
    };
    return [problemLine('lifecycle', problem)];
  }
}

/** Everything in a job that needs no evaluation. */
type Instructions = Omit<DeploymentJob, 'toplevel' | 'drvPath' | 'system'>;

function instructionsOf(deployment: Construct, props: NixosDeploymentProps): Instructions {
  const { machine, values = {} } = props;
  return {
    format: 1,
    kind: 'deployment',
    path: deployment.node.path,
    machine: machine.node.path,
    connection: sshConnection(machine),
    ...jobValues(DEPLOYMENT_FIELDS, props),
    values: mapValues(values, (given) => ({ value: given.value, ...jobValues(VALUE_FIELDS, given) })),
  };
}

/** A contract: another key, or another value for the same deployment, deploys every machine of every user again. */
function triggers(props: NixosDeploymentProps): { [name: string]: string } {
  const { configuration, machine, goal = DeploymentGoal.SWITCH, values = {} } = props;
  const data = mapValues(values, ({ value }) => value);
  return {
    ...mapValues(props.triggers ?? {}, (text) => new TerraformText(text).toString()),
    toplevel: configuration.toplevel,
    machine: new TerraformText(machine.identity).toString(),
    goal: goal.name,
    ...(Object.keys(data).length > 0 && { values: new TerraformDigest(data).toString() }),
  };
}

function mapValues<From, To>(values: { readonly [name: string]: From }, change: (value: From) => To) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}
